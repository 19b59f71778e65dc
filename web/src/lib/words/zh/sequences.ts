import type { sequences as en } from '../en/sequences';

export const sequences: typeof en = {
	embedding: { title: '查一张向量表' },
	kinds: { title: '四种序列问题' },
	unrolled: { title: '把循环展开' },
	gradient: { title: '梯度还剩多少' },
	lstm: { title: '一个 LSTM 单元，一步一步来' },
	window: { title: '一个会读词的窗口' },
	order: { title: '同样的词，换个顺序' }
};
