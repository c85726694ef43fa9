// Makes tests of sessions start three replicas of this process behind a load balancer, over a redis-server of the test file.
import { afterAll } from 'vitest';
import { type RedisServer, startRedis } from './redis-server.ts';
import { startReplicas } from './replicas.ts';
import { useStart } from './tested-mock.ts';

export function testOnSharedStore(): void {
  let redis: Promise<RedisServer> | undefined;
  afterAll(async () => await (await redis)?.stop());
  useStart(async options => {
    redis ??= startRedis();
    return startReplicas(3, { ...options, storeUrl: (await redis).url() });
  });
}
