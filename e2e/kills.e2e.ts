import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, type Quartermaster } from '../launcher/launcher.ts';
import { buy, chargesOf, machinesOf, orderWhen, type OrderState } from './purchase.ts';
import { signIn, type Shopper } from './shopper.ts';

let quartermaster: Quartermaster;
let customer: Shopper;

beforeAll(async () => {
  quartermaster = await launch({ quiet: true });
  customer = await signIn(quartermaster.url, 'customer@example.com');
});
afterAll(() => quartermaster[Symbol.asyncDispose]());

const midPurchase = ({ lines }: OrderState) =>
  lines[0]?.provisioningRequests?.some(({ status }) => status === 'RUNNING') === true;
const atOnce = () => true;

test.each([
  ['orders', 'as soon as the order is placed', atOnce],
  ['orders', 'while it is provisioned', midPurchase],
  ['provisioning', 'as soon as the order is placed', atOnce],
  ['provisioning', 'while it provisions', midPurchase],
  ['catalogue', 'while the order is provisioned', midPurchase],
  ['identity', 'while the order is provisioned', midPurchase],
  ['gateway', 'while the order is provisioned', midPurchase],
  ['payments-sandbox', 'as soon as the order is placed', atOnce],
  ['payments-sandbox', 'while the order is provisioned', midPurchase],
  ['downstream-simulator', 'while it makes the machine', midPurchase],
  ['postgres', 'as soon as the order is placed', atOnce],
  ['postgres', 'while the order is provisioned', midPurchase],
])('%s is killed %s: the order completes, charged once', async (name, _when, moment) => {
  const id = await buy(customer);
  await orderWhen(customer, id, moment);
  await quartermaster.kill(name, 'SIGKILL');

  const order = await orderWhen(customer, id, ({ status }) => status === 'COMPLETED');
  await quartermaster.whenReady();
  const { intents, captured } = await chargesOf(quartermaster, id);
  expect(intents).toHaveLength(1);
  expect(captured).toHaveLength(1);
  const instances = order.lines[0]?.productInstances?.nodes ?? [];
  expect(instances).toMatchObject([{ status: 'ACTIVE' }]);
  const machines = await machinesOf(quartermaster);
  expect(machines.filter((machine) => machine.id === instances[0]?.id)).toHaveLength(1);
  const numbers = order.events.nodes.map(({ sequence }) => sequence);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
