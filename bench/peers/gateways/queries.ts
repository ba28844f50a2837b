const fragments = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { inStock name price shippingEstimate upc weight }`;

/** The load of The Guild's benchmark of gateways: many entities, over and over. About 87 KB of answer. */
const big = `${fragments}
  query TestQuery {
    users { ...User reviews { ...Review product { ...Product reviews { ...Review author { ...User
      reviews { ...Review product { ...Product } } } } } } }
    topProducts { ...Product reviews { ...Review author { ...User
      reviews { ...Review product { ...Product } } } } }
  }`;

const middle = `query Mid { topProducts(first: 5) { upc name price inStock reviews { id body author { name } } } }`;

const small = `query Small { users { id name username } }`;

export const queries = { big, middle, small };
