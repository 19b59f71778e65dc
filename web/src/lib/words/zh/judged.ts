import type { judged as en } from '../en/judged';

export const judged: typeof en = {
	picture: '测试图片 {row}：{label}',
	pick: '图片 {row}：{label}',
	scale: '颜色按',
	linear: '数量（线性）',
	log: '对数',
	scaleHint: {
		linear: '颜色与数量成正比，以最大的格子为准：少见的错误几乎看不出来。',
		log: '颜色按数量的对数：即使旁边有上千个正确答案，一个错误也看得见。'
	},
	confused: {
		title: '最常见的错误',
		hint: '类别太多，画成表格没法看。这里列出最常把什么认作什么；点数字可看是哪些。（共 {n} 对）',
		is: '实际是',
		says: '认作',
		rows: { pictures: '图片数', texts: '次数', rows: '行数' }
	},
	report: {
		title: '分类报告：精确率、召回率、F1',
		hint: '精确率：被判为这一类的里面，真正是这一类的比例。召回率：真正是这一类的里面，被认出来的比例。F1：两者的调和平均。支持数：这一类有多少测试数据。',
		class: '类别',
		precision: '精确率',
		recall: '召回率',
		f1: 'F1 值',
		support: '支持数',
		accuracy: '准确率',
		macro: '宏平均',
		weighted: '加权平均',
		nothing: '从未被判到的类别，或没有数据的类别，按 0.00 计，与 scikit-learn 的做法相同。'
	}
};
