/** Words of the page about speed. */
export const speed = {
	title: 'How fast is it?',
	lede: 'One training step of the same networks, with the same weights and the same pictures or reviews, in Fireside and in the two other libraries that train networks like these in a browser.',
	none: 'Not measured yet: this copy of the site has no results. The command below measures them.',
	host: { chromium: '{version}', node: '{version}, without a browser' },
	machine: '{cpu}, {cores} cores, {memory} GB · {processes} processes · {date}',
	gpu: 'GPU: {adapter}',
	not_gpu: 'not a GPU',
	software:
		'“{adapter}” is a program that does a GPU’s work on the CPU. It gives right answers and counts dispatches rightly, but its times say nothing about GPUs: they are marked, and only compare engines on this one adapter.',
	workload: '{id}, batch of {batch}',
	workload_words: '{id}, {words} words, batch of {batch}',
	product: 'Two matrices of {size} × {size}',
	product_step: 'No network: a step is one product.',
	class: { cpu: 'On the CPU', gpu: 'Through WebGPU or WebGL' },
	bars: 'Time of a step, {workload}, {class}. Shorter is faster.',
	bar: '{engine}: {time}',
	figures: 'All figures',
	engine: 'Engine',
	step: 'Step',
	p95: 'Slow step',
	step10: 'Loss read every 10',
	ratio: 'Against ours',
	times: '{times} ×',
	ready: 'First step after',
	counts: 'Dispatches · pipelines · submits · uploads',
	memory: 'Memory at most',
	legend:
		'Slow step: 95 of 100 are faster. Against ours: its step in steps of our engine of the same kind. Dispatches, submits and uploads (writes from the page to the GPU) are those of one step, pipelines those made until the first step is done; for WebGL they are draws and programs. Memory: the page’s process and the browser’s GPU process together, each at its peak; in Node its one process.',
	download: 'Download',
	failed: 'failed: {why}',
	few: 'only {steps} steps a process',
	once: 'one process, {steps} steps',
	disagrees: 'its losses differ from ours',
	unit: { ms: 'ms', s: 's', kb: 'kB', mb: 'MB' },
	comma: ', ',
	others: 'Where others are ahead',
	ahead: 'On {workload}, {engine} is {times} times as fast as ours.',
	ahead_software:
		'On {workload}, {engine} is {times} times as fast as ours, on an adapter that is not a GPU.',
	sooner: 'On {workload}, {engine} has made its first step {times} times as soon as ours.',
	ahead_none: 'In no step of this run.',
	smaller: 'Smaller to download than our {class} engine ({ours}): {engines}.',
	engine_class: { cpu: 'CPU', gpu: 'GPU' },
	how: 'How it was measured',
	how_same:
		'Every engine gets the same initial weights, the same rows in the same order and the same rule of updating, in 32-bit numbers. {agreement} Dropout is off, because libraries draw different masks.',
	how_agree: 'Their first {losses} losses agree to {tolerance}: they do the same work.',
	how_differ:
		'The first {losses} losses of the engines that are marked differ by more than {tolerance}: those do not do the same work, and their times count for nothing.',
	how_fresh:
		'Each figure is the median over fresh processes, in Chromium over fresh browsers; the engines take turns, so that a machine that slows down slows all of them. A step is timed from handing over the batch to having the loss; the first few are left out. An engine whose step takes longer than a process has for all of them is measured in one process.',
	how_ready:
		'“First step after” is the time from an empty page to the first loss: loading code from this machine, starting the engine, compiling. Of reviews our engines cut and fill up all 50,000 within it, the others get theirs ready. The network is not in it; the download is counted in bytes instead, bundled, minified and compressed with brotli as a good host sends it.',
	how_peers:
		'The peers are used as their authors advise: jax-js with the whole update compiled by its jit and all cores, TensorFlow.js with its own Adam. Where a library lacks something, it is made from its own operations: the LSTM with Keras 2’s gates in both, step after step, since neither has a loop that trains it; SGD with Keras’s momentum and decay, and the largest norm of a kernel, too. In TensorFlow.js the gradient of an embedding is added up by scatterND: its own way takes gigabytes for a batch of reviews. Our CPU engine is measured on one core, and again on all of them.',
	how_data: 'Data: {data}.',
	how_set: '{data} (sha256 {sha})',
	again: 'Measure it yourself',
	again_text:
		'In a checkout of Fireside, on your own machine; one hour with a GPU, several on an adapter that is none. The second line measures in Node with Chromium’s WebGPU, where there is no browser.',
	raw: 'All numbers of all processes'
};
