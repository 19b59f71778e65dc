import type { speed as en } from '../en/speed';

/** 速度页的文字。 */
export const speed: typeof en = {
	title: '它有多快？',
	lede: '同样的网络、同样的权重、同样的图片或影评，训练一步要多久：炉边，以及另外两个能在浏览器里训练这类网络的库。',
	none: '尚未实测：这份站点里没有结果。用下面的命令可以测出来。',
	host: { chromium: '{version}', node: '{version}，不用浏览器' },
	machine: '{cpu}，{cores} 核，{memory} GB · {processes} 个进程 · {date}',
	gpu: 'GPU：{adapter}',
	not_gpu: '不是 GPU',
	software:
		'“{adapter}”是一个在 CPU 上代替 GPU 干活的程序。它的答案是对的，派发次数也数得对，但它的用时丝毫不能说明 GPU 有多快：这些数字都做了标记，只能用来比较同在这个适配器上的引擎。',
	workload: '{id}，每批 {batch} 个',
	workload_words: '{id}，{words} 个词，每批 {batch} 条',
	product: '两个 {size} × {size} 的矩阵',
	product_step: '没有网络：一步就是一次相乘。',
	class: { cpu: '在 CPU 上', gpu: '通过 WebGPU 或 WebGL' },
	bars: '一步的用时，{workload}，{class}。越短越快。',
	bar: '{engine}：{time}',
	figures: '全部数字',
	rest: '这次测量的全部 {n} 项',
	engine: '引擎',
	all_cores: '{engine}，所有核',
	step: '一步',
	p95: '较慢的一步',
	step10: '每 10 步读一次损失',
	ratio: '与我们相比',
	times: '{times} 倍',
	ready: '到第一步完成',
	counts: '派发 · 管线 · 提交 · 上传',
	memory: '内存峰值',
	legend:
		'较慢的一步：100 步里有 95 步比它快。与我们相比：它的一步相当于我们同类引擎的多少步。派发、提交与上传（页面写入 GPU 的次数）按一步计，管线按第一步完成之前建立的数目计；WebGL 则是绘制次数与程序数。内存：页面进程与浏览器 GPU 进程各自峰值之和；Node 中为其唯一的进程。',
	download: '下载量',
	failed: '失败：{why}',
	few: '每个进程只走了 {steps} 步',
	once: '只测一个进程，{steps} 步',
	disagrees: '它的损失与我们的不一致',
	unit: { ms: '毫秒', s: '秒', kb: 'kB', mb: 'MB' },
	comma: '、',
	semicolon: '；',
	others: '别人更好的地方',
	ahead: '{engine} 走一步比我们快：{list}。',
	ahead_software: '{engine} 走一步比我们快，所用的适配器不是 GPU：{list}。',
	sooner: '{engine} 比我们更早走完第一步：{list}。',
	ahead_in: '{workload}（{times} 倍）',
	ahead_none: '这次测量里，没有哪一步比我们快。',
	smaller: '下载量比我们的 {class} 引擎（{ours}）小的：{engines}。',
	engine_class: { cpu: 'CPU', gpu: 'GPU' },
	how: '怎样测的',
	how_same:
		'每个引擎拿到同样的初始权重、同样顺序的同样数据、同样的更新规则，都用 32 位数。{agreement}Dropout 关掉了，因为各个库抽的掩码不同。',
	how_agree: '它们最初的 {losses} 个损失彼此相差不超过 {tolerance}：干的是同样的活。',
	how_differ: '带标记的引擎，最初的 {losses} 个损失相差超过 {tolerance}：它们干的不是同样的活，用时不作数。',
	how_fresh:
		'每个数字都是多个全新进程的中位数，在 Chromium 里则是全新的浏览器；各引擎轮流上场，机器若变慢，大家一起慢。一步的用时从交出一批数据算起，到拿到损失为止；最初几步不算。有的引擎一步就超过一个进程全部的时间，只测一个进程。',
	how_ready:
		'“到第一步完成”是从空白页面到第一个损失的时间：从本机取代码、启动引擎、编译。如果是影评，我们的引擎还要在这段时间里把全部 50,000 条截短、补齐，别的库拿到的是现成的。网络不算在内；下载量另按字节计：打包、压缩代码之后，再像好的主机那样用 brotli 压缩。',
	how_peers:
		'别的库都照作者建议的方式来用：jax-js 把整步更新交给它的 jit 编译，并用上所有的核；TensorFlow.js 用它自己的 Adam。库里没有的，就用它自己的运算拼出来：带 Keras 2 门函数的 LSTM，在两个库里都是一步接一步写出来的，因为它们都没有能训练它的循环；Keras 的动量与衰减 SGD、卷积核的范数上限也是如此。TensorFlow.js 里，嵌入的梯度用 scatterND 累加：它自带的做法，一批影评就要好几 GB 内存。我们的 CPU 引擎测两次：只用一个核，和用上所有的核。',
	how_data: '数据：{data}。',
	how_set: '{data}（sha256 {sha}）',
	again: '自己测一测',
	again_text:
		'在炉边的代码目录里、用你自己的机器运行；有 GPU 的机器约一小时，没有真正 GPU 的要几小时。第二行是在 Node 里用 Chromium 的 WebGPU 来测，给没有浏览器的机器。',
	raw: '所有进程的全部数字'
};
