// Stands in for a service's process in the launcher's tests: serves, or fails, as its argument says.
process.on('disconnect', () => process.exit());
switch (process.argv[2]) {
  case 'fails':
    throw new TypeError('no such luck');
  case 'misconfigured':
    process.stderr.write('SOME_URL: must be set\n');
    process.exitCode = 1;
    process.disconnect();
    break;
  case 'complains':
    for (let time = 0; time < 3; time += 1) {
      const entry = {
        level: 'error',
        message: 'the ledger is closed',
        error: 'Error: Sunday\n  at',
      };
      process.stdout.write(`${JSON.stringify(entry)}\n`);
    }
    process.send?.({ url: 'http://complaints' });
    break;
  default:
    process.send?.({ url: `http://${process.env['GREETING'] ?? 'nobody'}` });
}
