import type { sequences as en } from '../en/sequences';

const lexicon: (typeof en)['window']['lexicon'] = [
	['好', [1, 0, 0]],
	['差', [-1, 0, 0]],
	['很', [0, 1, 0]],
	['真', [0, 1, 0]],
	['不', [0, 0, 1]],
	['没', [0, 0, 1]]
];

/** 序列和词语插图里的文字。 */
export const sequences: typeof en = {
	table: '用表格显示',
	activation: '激活函数',
	activations: { tanh: 'tanh', sigmoid: 'sigmoid', relu: 'relu', linear: '无（线性）' },
	bad: '“{text}”不是 −999 到 999 之间的数。',
	step: '第几步',
	stepOf: '{n} / {all}',
	embedding: {
		title: '查一张向量表',
		sentence: '自己写一句话',
		first: '这电影不差',
		vocabulary: ['这', '电影', '是', '不', '好', '差', '很'],
		special: ['（填充）', '（起始）', '（未知）'],
		length: '每行长度',
		hint: '表里的词：{words}。其他词一律变成 2，“未知”。表里的数字也可以改。',
		ids: '1. 句子变成编号',
		place: '第 {n} 个位置：{word}，编号 {id}',
		lookup: '2. 查表（这一层的权重）',
		column: 'e{n}',
		cell: '第 {id} 行（{word}），第 {column} 列：{value}',
		matrix: '3. 传给网络的矩阵',
		cellOf: '第 {place} 个位置（{word}），第 {column} 列：{value}',
		says: '第 {place} 个位置是 {id}（“{word}”），于是取出表的第 {id} 行：{row}。',
		twice: '同一个编号出现在 {n} 个位置：它们都是这同一行。训练改动这一行，就同时改动了所有这些位置。',
		shape:
			'输入 {length} 个编号，输出 {length} × {size}；表有 {rows} × {size} = {weights} 个权重。16.3 里是 5,000 × 32 = 160,000，一条 500 词的影评变成 500 × 32。'
	},
	kinds: {
		title: '四种序列问题',
		kind: '类型',
		play: '下一步',
		again: '从头开始',
		input: '输入',
		state: '状态',
		output: '输出',
		names: {
			many_one: '多对一',
			one_many: '一对多',
			many_many: '多对多，同步',
			coder: '多对多，先读后写'
		},
		examples: {
			many_one: '一条影评逐词读入，读完最后一个词才给出一个答案：正面还是负面（第 16 章和第 20 章）。',
			one_many: '读入一张图，逐词说出一句描述。每说出一个词，都再读回来。',
			many_many: '一段影片逐帧读入，每一帧都立刻给出答案：现在发生了什么。',
			coder: '先把一句话从头读到尾，然后才写出译文。两者之间只有一个状态：读懂的一切都在里面。'
		},
		reads: '第 {n} 步，共 {all} 步：读入输入 {x}。',
		writes: '第 {n} 步，共 {all} 步：给出输出 {y}。',
		both: '第 {n} 步，共 {all} 步：读入输入 {x}，给出输出 {y}。',
		label: '{name}：{inputs} 个输入，{steps} 步，{outputs} 个输出。已走到第 {n} 步。'
	},
	unrolled: {
		title: '把循环展开',
		weights: '单元的权重',
		weight: { w: '输入 w', u: '状态 u', b: '偏置 b' },
		inputs: '输入 x',
		cell: '第 {n} 个输入',
		add: '加一步',
		remove: '减一步',
		loop: '循环',
		chain: '同一个单元，每一步一份',
		label: '左边是循环，右边是展开的样子：{states}。',
		formula: '状态 {n} = {f}({w} · {x} + {u} · {before} + {b}) = {f}({sum}) = {state}',
		shared: '这 {n} 份用的是同样三个权重：展开以后，循环就是一个 {n} 层的网络，总共只有三个权重。',
		x: '输入',
		before: '前一状态',
		sum: '总和',
		state: '状态'
	},
	gradient: {
		title: '梯度还剩多少',
		u: '状态的权重 u',
		x: '每一步的输入',
		steps: '步数 T',
		forget: 'LSTM 的遗忘门',
		clip: '梯度裁剪到',
		clips: { 0: '不裁剪', 0.1: '0.1', 1: '1', 10: '10' },
		back: '从末尾往回数的步数',
		recurrent: '循环单元',
		lstm: 'LSTM 的记忆',
		label: '对数刻度：最后的状态在多大程度上取决于 k 步以前的状态：{rows}。',
		says: '往回 {steps} 步，大小为 1 的梯度在循环单元里还剩 {left}，在 LSTM 的记忆里还剩 {lstm}。',
		vanished: '它消失了：开头的内容在训练中不再起作用。',
		exploded: '它爆炸了：只要训练一步，权重就会被甩得很远。',
		between: '大小仍然有用。',
		weight: 'u 的梯度，把所有步加起来：{raw}。',
		clipped: 'u 的梯度，把所有步加起来：{raw}；裁剪成 {cut}。',
		clipNote: '裁剪能管住过大的梯度，却找不回已经消失的梯度。',
		k: '往回步数'
	},
	lstm: {
		title: '一个 LSTM 单元，一步一步来',
		start: '从这里开始',
		presets: {
			keep: '记住第一个',
			overwrite: '第 4 步覆盖',
			add: '计数',
			hidden: '记住，但到最后才说'
		},
		gates: '第 {n} 步的门',
		forget: '遗忘门 f：保留',
		input: '输入门 i：写入',
		output: '输出门 o：显示',
		candidate: '候选值 g',
		memory: '记忆 c',
		out: '输出 h',
		memoryIs: '记忆 = f · 前一记忆 + i · g = {f} · {before} + {i} · {g} = {c}',
		outIs: '输出 = o · tanh(记忆) = {o} · tanh({c}) = {h}',
		label: '{n} 步的记忆和输出：{rows}。',
		row: '第 {n} 步：记忆 {c}，输出 {h}',
		learned:
			'这里由你来当门。在网络里，每个门自己就是一个小单元：对输入和上一步输出做 sigmoid，权重是学出来的。'
	},
	window: {
		title: '一个会读词的窗口',
		sentence: '句子',
		own: '或者自己写',
		kernel: '窗口',
		lexicon,
		dimensions: ['好', '强', '否定'],
		sentences: ['这 电影 一点 也 不 好', '不 好 这 电影', '好 电影 不 长'],
		kernels: [
			{
				name: '“不好”',
				values: [
					[0, 0, 1],
					[1, 0, 0]
				]
			},
			{
				name: '“很好”',
				values: [
					[0, 1, 0],
					[1, 0, 0]
				]
			},
			{
				name: '“不……好”',
				values: [
					[0, 0, 1],
					[0, 0, 0],
					[1, 0, 0]
				]
			}
		],
		matrix: '文字变成矩阵：每个词一行',
		weights: '窗口的权重',
		word: '第 {n} 个词',
		cell: '{word}，{dimension}：{value}',
		place: '窗口的位置',
		placeOf: '第 {n} 个，共 {all} 个：{words}',
		sum: 'relu({sum}) = {value}',
		found: '在每个位置找到多少',
		foundCell: '{words}：{value}',
		largest: '所有位置里最大的传下去：{value}，在“{words}”。它在文中哪里被忘掉了；它出现过，没有忘。',
		short: '句子里的词比窗口还少。请再多写几个。',
		note: '带数字的词：{words}。其他词在这里都是 0, 0, 0。这些数字是编出来的，好让你读懂；网络会自己去学。'
	},
	order: {
		title: '同样的词，换个顺序',
		pair: '两个句子',
		pairs: [
			['好 一点 也 不 差', '差 一点 也 不 好'],
			['有趣 而且 不 无聊', '无聊 而且 不 有趣']
		],
		good: ['好', '有趣'],
		bad: ['差', '无聊'],
		turn: ['不'],
		shuffle: '打乱两句',
		back: '恢复原样',
		sentence: '句子 {n}',
		bag: '词袋：每个词出现几次',
		word: '词',
		says: '表示',
		turns: '把后面的词反过来',
		bagSays: '两个词袋一模一样，所以只数词的网络只能给出同一个答案：{sum}。',
		reading: '按顺序读',
		state: '状态',
		verdict: { 1: '正面', 0: '未定', '-1': '负面' },
		readSays: '按顺序读，第一句停在 {a}（{averdict}），第二句停在 {b}（{bverdict}）。',
		note: '这里的规则是手写的：“不”把后面第一个有意思的词反过来。LSTM 得从例子里自己学出这样的规则；词袋连放这种规则的地方都没有。'
	}
};
