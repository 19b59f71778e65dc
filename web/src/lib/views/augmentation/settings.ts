// The settings of an augmentation as the workshop holds them, and as texts: the experiment's, and Keras's.

import type { Words } from '../../engine/wire';

export const FILLS = ['nearest', 'constant', 'reflect', 'wrap'] as const;
export type Fill = (typeof FILLS)[number];

export type Settings = {
	rotation_range: number;
	width_shift_range: number;
	height_shift_range: number;
	shear_range: number;
	/** 0.2 for factors from 0.8 to 1.2. */
	zoom_range: number;
	channel_shift_range: number;
	/** 0.2 for factors from 0.8 to 1.2; the text has both ends. */
	brightness_range: number;
	horizontal_flip: boolean;
	vertical_flip: boolean;
	fill_mode: Fill;
	cval: number;
	samplewise_center: boolean;
	samplewise_std_normalization: boolean;
	featurewise_center: boolean;
	featurewise_std_normalization: boolean;
	zca_whitening: boolean;
	zca_epsilon: number;
};

/** Nothing is done. */
export const PLAIN: Settings = {
	rotation_range: 0,
	width_shift_range: 0,
	height_shift_range: 0,
	shear_range: 0,
	zoom_range: 0,
	channel_shift_range: 0,
	brightness_range: 0,
	horizontal_flip: false,
	vertical_flip: false,
	fill_mode: 'nearest',
	cval: 0,
	samplewise_center: false,
	samplewise_std_normalization: false,
	featurewise_center: false,
	featurewise_std_normalization: false,
	zca_whitening: false,
	zca_epsilon: 1e-6
};

type Of<T> = { [K in keyof Settings]: Settings[K] extends T ? K : never }[keyof Settings];
/** Names of the settings that are numbers, and of those that are on or off. */
export type Numeric = Of<number>;
export type Flag = Of<boolean>;

/** The sliders, in the order in which a picture meets them; pictures hold values from 0 to 255. */
export const SLIDERS: { name: Numeric; max: number; step: number }[] = [
	{ name: 'rotation_range', max: 180, step: 1 },
	{ name: 'width_shift_range', max: 1, step: 0.01 },
	{ name: 'height_shift_range', max: 1, step: 0.01 },
	{ name: 'shear_range', max: 1.5, step: 0.01 },
	{ name: 'zoom_range', max: 1, step: 0.01 },
	{ name: 'channel_shift_range', max: 255, step: 1 },
	{ name: 'brightness_range', max: 1, step: 0.01 }
];
export const FLIPS: Flag[] = ['horizontal_flip', 'vertical_flip'];
export const STANDARDS: Flag[] = [
	'samplewise_center',
	'samplewise_std_normalization',
	'featurewise_center',
	'featurewise_std_normalization',
	'zca_whitening'
];

/** What the experiments of chapter 14 set; a test compares with their texts. */
export const PRESETS: { id: string; settings: Partial<Settings> }[] = [
	{ id: '14.2', settings: {} },
	{ id: '14.3', settings: { featurewise_center: true, featurewise_std_normalization: true } },
	{ id: '14.4', settings: { zca_whitening: true } },
	{ id: '14.5a', settings: { rotation_range: 90 } },
	{ id: '14.5b', settings: { height_shift_range: 0.2, width_shift_range: 0.2 } },
	{ id: '14.5c', settings: { shear_range: 0.5 } },
	{ id: '14.5d', settings: { horizontal_flip: true, vertical_flip: true } },
	{ id: '14.6', settings: { zca_whitening: true } }
];

export function presetOf(id: string): Settings {
	return { ...PLAIN, ...PRESETS.find((preset) => preset.id === id)?.settings };
}

/** The preset that these settings are; 14.6 does what 14.4 does. */
export function presetLike(settings: Settings): string | null {
	const same = ({ id }: { id: string }) => tableText(presetOf(id)) === tableText(settings);
	return PRESETS.find(same)?.id ?? null;
}

export type Dataset = 'mnist' | 'cifar10';

/** Which pictures, and which numbers chance gives. */
export type Source = {
	dataset: Dataset;
	seed: number;
	epoch: number;
	/** How many pictures. */
	rows: number;
	/** How many rows it learns from; null: all. */
	learn: number | null;
};

/** Something is learned from the training rows. */
export function learns(settings: Settings): boolean {
	return settings.featurewise_center || settings.featurewise_std_normalization || settings.zca_whitening;
}

/** Values are no longer those of a picture. */
export function standardises(settings: Settings): boolean {
	return STANDARDS.some((name) => settings[name]);
}

/** As TOML and Python both write it: a whole number stays one. */
function number(value: number): string {
	return String(Number(value.toPrecision(12)));
}

/** What differs from nothing, as TOML. */
function changed(settings: Settings): [name: string, value: string][] {
	const names = Object.keys(PLAIN) as (keyof Settings)[];
	return names.flatMap((name): [string, string][] => {
		const value = settings[name];
		if (value === PLAIN[name]) return [];
		// It says nothing where it isn't used.
		if (name === 'cval' && settings.fill_mode !== 'constant') return [];
		if (name === 'zca_epsilon' && !settings.zca_whitening) return [];
		if (name === 'brightness_range') return [[name, `[${ends(settings.brightness_range).join(', ')}]`]];
		if (typeof value === 'number') return [[name, number(value)]];
		return [[name, typeof value === 'boolean' ? String(value) : `"${value}"`]];
	});
}

/** Factors from 1 - by to 1 + by. */
function ends(by: number): [string, string] {
	return [number(1 - by), number(1 + by)];
}

/** The table `[augmentation]` of an experiment's text. */
export function tableText(settings: Settings): string {
	const lines = changed(settings).map(([name, value]) => `${name} = ${value}`);
	return ['[augmentation]', ...lines, ''].join('\n');
}

/** A whole experiment that makes these pictures. */
export function experimentText(settings: Settings, source: Source, title: Words, intro: Words): string {
	const words = ({ en, zh }: Words) => `{ en = ${JSON.stringify(en)}, zh = ${JSON.stringify(zh)} }`;
	return [
		'id = "my-augmentation"',
		'kind = "compute"',
		'chapter = 14',
		`title = ${words(title)}`,
		`intro = ${words(intro)}`,
		'dialect = "keras2"',
		`seed = ${source.seed}`,
		'',
		'[data]',
		`name = "${source.dataset}"`,
		'data_format = "channels_first"',
		...(source.learn === null ? [] : [`train_rows = ${source.learn}`]),
		'',
		'[compute]',
		'name = "augment"',
		`rows = ${source.rows}`,
		...(source.epoch === 0 ? [] : [`epoch = ${source.epoch}`]),
		'',
		tableText(settings)
	].join('\n');
}

/**
 * The same settings for Keras 2.0.8's generator, which gives other random numbers. `brightness`: what is said of the one
 * setting that it does not have.
 */
export function kerasText(settings: Settings, source: Source, brightness: string): string {
	const python = (value: string) => ({ true: 'True', false: 'False' })[value] ?? value;
	const arguments_ = changed(settings)
		.filter(([name]) => name !== 'brightness_range')
		.map(([name, value]) => `${name}=${python(value)}`);
	const fits = learns(settings);
	const taken = source.learn === null ? 'x_train' : `x_train[:${source.learn}]`;
	return [
		'from keras import backend as K',
		`from keras.datasets import ${source.dataset}`,
		'from keras.preprocessing.image import ImageDataGenerator',
		'',
		"K.set_image_data_format('channels_first')",
		`(x_train, y_train), _ = ${source.dataset}.load_data()`,
		...(source.dataset === 'mnist' ? ['x_train = x_train.reshape(-1, 1, 28, 28)'] : []),
		"x_train = x_train.astype('float32')",
		...(settings.brightness_range === 0
			? []
			: [`# ${brightness} brightness_range=(${ends(settings.brightness_range).join(', ')})`]),
		'generator = ImageDataGenerator(',
		...arguments_.map((line) => `    ${line},`),
		')',
		...(fits ? [`generator.fit(${taken})`] : []),
		`flow = generator.flow(${taken}, y_train${taken.slice('x_train'.length)}, batch_size=${source.rows}, seed=${source.seed})`,
		'pictures, classes = next(flow)',
		''
	].join('\n');
}

/** A number that the reader typed, within its bounds; null where it is none. */
export function typed(text: string, least: number, most: number, whole = false): number | null {
	const value = text.trim() === '' ? NaN : Number(text.replace(',', '.'));
	if (!Number.isFinite(value)) return null;
	const within = Math.min(most, Math.max(least, value));
	return whole ? Math.round(within) : within;
}

/** What the names of files begin with: letters, digits, `-` and `_`, as every file system takes them. */
export function prefixOf(typed: string): string {
	return typed.replace(/[^\p{L}\p{N}_-]/gu, '').slice(0, 32) || 'augmented';
}
