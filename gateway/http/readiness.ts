import type { Dispatcher } from 'undici';

const timeoutMs = 2_000;

/** Whether all of these say at `/health/ready` that they are. */
export async function areReady(urls: readonly string[], dispatcher: Dispatcher): Promise<boolean> {
  const ready = await Promise.all(urls.map((url) => isReady(url, dispatcher)));
  return ready.every(Boolean);
}

async function isReady(url: string, dispatcher: Dispatcher): Promise<boolean> {
  try {
    const { statusCode, body } = await dispatcher.request({
      origin: url,
      path: '/health/ready',
      method: 'GET',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    return false;
  }
}
