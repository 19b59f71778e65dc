import { expect, it } from 'vitest';
import { placeOf } from './place';

it('names a section in the language of the page, and leaves the title of one as it is', () => {
	expect(placeOf('section 15.5, epoch 200', 'zh')).toEqual({ text: '15.5 节，第 200 轮', lang: 'zh' });
	expect(placeOf('section 15.4, last epoch', 'zh').text).toBe('15.4 节，最后一轮');
	expect(placeOf('section 13.4', 'zh').text).toBe('13.4 节');
	expect(placeOf('section 13.4', 'en')).toEqual({ text: 'section 13.4', lang: 'en' });
	expect(placeOf('Recognising CIFAR-10 images', 'zh')).toEqual({
		text: 'Recognising CIFAR-10 images',
		lang: 'en'
	});
});
