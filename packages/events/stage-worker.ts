// A process of the test's, to be killed: it writes facts, and applies those of its sibling.
import { openDomain, consumeFacts, writeFact } from './stage.ts';

const [role = '', databaseUrl = '', eventsDatabaseUrl = ''] = process.argv.slice(2);
const domain = openDomain(role, databaseUrl, eventsDatabaseUrl);
if (role === 'orders') await Promise.all(Array.from({ length: 4 }, writeForEver));
else consumeFacts(domain, 'orders');

async function writeForEver(_: unknown, writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    const streams = [`order:${(writer + n) % 7}`, `customer:${n % 3}`];
    await writeFact(domain, streams).catch(() => undefined);
  }
}
