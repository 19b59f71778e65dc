import { expect, it } from 'vitest';
import { machineOf, placeOf } from './place';

it('leaves the place of a figure as it is on an English page', () => {
	expect(placeOf('section 13.4', 'en')).toEqual({ text: 'section 13.4', lang: 'en' });
});

it.each([
	['section 15.5, epoch 200', '15.5 节，第 200 轮'],
	['section 15.4, last epoch', '15.4 节，最后一轮'],
	['section 13.4', '13.4 节'],
	['section 8.3, mean of ten folds', '8.3 节，十折的平均'],
	[
		'section 6.2, best: batch 5, 200 epochs, normal, rmsprop',
		'6.2 节，最好：批次 5，200 轮，normal，rmsprop'
	],
	['section 19.1, thousands of passengers', '19.1 节，单位：千人次'],
	['20-epoch log', '20 轮的记录'],
	['final evaluation', '最后的评估'],
	['LeNet, 20-epoch log', 'LeNet，20 轮的记录'],
	[
		'Image classification with CNN, improved, 10-epoch log',
		'《Image classification with CNN, improved》，10 轮的记录'
	]
])('says %s in Chinese', (place, text) => {
	expect(placeOf(place, 'zh')).toEqual({ text, lang: 'zh' });
});

it('leaves a title in its own language, and says which that is', () => {
	const title = 'Recognising CIFAR-10 images';
	expect(placeOf(title, 'zh')).toEqual({ text: title, lang: 'en' });
});

it('says on how many threads of its machine a run was', () => {
	const machine = 'AMD EPYC, 1 of 2 threads, burn-flex';
	expect(machineOf(machine, 'en')).toBe(machine);
	expect(machineOf(machine, 'zh')).toBe('AMD EPYC，2 个线程中的 1 个，burn-flex');
	expect(machineOf('a machine of another file', 'zh')).toBe('a machine of another file');
});
