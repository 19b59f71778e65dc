import { expect, it } from 'vitest';
import { DeviceWatch } from './lost';

const lost = { failure: { code: 'device_lost', args: { reason: 'gone' } } };

it('lets through what comes in time', async () => {
	const device = new DeviceWatch();
	expect(await device.guard(() => 3)).toBe(3);
	await expect(
		device.guard(() => {
			throw new Error('mine');
		})
	).rejects.toThrow('mine');
	await expect(device.guard(() => Promise.reject(new Error('late')))).rejects.toThrow('late');
});

it('ends all that wait when the device goes, and whoever comes later', async () => {
	const device = new DeviceWatch();
	const waiting = [1, 2].map(() =>
		device.guard(() => new Promise(() => {})).catch((error: unknown) => error)
	);
	device.say('gone');
	device.say('again');
	for (const error of await Promise.all(waiting)) expect(error).toMatchObject(lost);
	let begun = false;
	await expect(device.guard(() => (begun = true))).rejects.toMatchObject(lost);
	expect(begun).toBe(false);
});
