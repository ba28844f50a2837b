-- Written by hand, apart from what adds STOCK to its type: that has to be committed before it is used.
INSERT INTO fact (source, name, value, label) VALUES
    ('STOCK', 'inStock', 'true', 'In stock'),
    ('STOCK', 'inStock', 'false', 'In stock');
SELECT index_products(ARRAY(SELECT id FROM product));
