import { expect, it } from 'vitest';
import { createGroupPolicy } from '../../config/group-policy.ts';

it('is to be mentioned where nothing is said', () => {
  expect(createGroupPolicy({})('telegram', '-100123')).toBe('mention');
});

it('can be one for all', () => {
  expect(createGroupPolicy('always')('slack', 'C1')).toBe('always');
});

it('is what is said most exactly of a group, its platform, or a topic of it', () => {
  const policy = createGroupPolicy({
    telegram: 'always',
    'telegram:-100123': 'never',
    'telegram:-100123/42': 'mention',
    'slack:C1': 'always',
  });
  expect(policy('telegram', '-100999')).toBe('always');
  expect(policy('telegram', '-100123')).toBe('never');
  expect(policy('telegram', '-100123/41')).toBe('never');
  expect(policy('telegram', '-100123/42')).toBe('mention');
  expect(policy('telegram', '-100123/42/7')).toBe('mention');
  expect(policy('slack', 'C1')).toBe('always');
  expect(policy('slack', 'C2')).toBe('mention');
});
