import { defineSignal } from '@temporalio/workflow';
import type { Incoming } from '../steps.ts';

export const QUEUE = 'bare';
export const receive = defineSignal<[Incoming]>('receive');
