import type { sweep as en } from '../en/sweep';

export const sweep: typeof en = {
	title: '{metric}随{axis}的变化',
	label: '{metric}随{axis}的变化：{list}。全部数字见下表。',
	series: '{name}从 {first} 到 {last}',
	whole: '全部',
	bars: '竖线向上、向下各伸一个标准差，按这种设置已完成的各次训练计算。',
	log: '横轴上相等的距离表示相等的倍数。',
	printed: '原书',
	meanOf: '换种子的 {folds} 次训练中 {n} 次的平均，标准差 {sd}',
	runN: '第 {n} 次'
};
