import { describeWith } from '../../../../test/support/programs';
import { brokerContract } from '../contract';
import { RedisCluster } from './cluster';

describeWith('redis-server', 'a broker in Redis', () => {
  brokerContract(() => RedisCluster.start());
});
