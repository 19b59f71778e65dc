/** The site without a connection, and its new versions. */
export const offline = {
	update: 'There is a new version of this book.',
	update_take: 'Load it',
	update_later: 'Later',
	update_busy: 'A run is on: it is saved first, and you can continue it afterwards.',
	old: 'This page is of an earlier version. It goes on as it is.',
	take: 'Take this chapter with you',
	take_hint: 'Keeps its data, model and engine on this device, so that it works without a connection.',
	looking: 'Looking what there is to take …',
	taking: '{loaded} of {total} MB',
	cancel: 'Cancel',
	cancelled: 'Stopped. What had come stays for the next time.',
	taken: 'This chapter is on this device: it works without a connection ({total} MB).',
	failed: '{file} did not come as it should. Check the connection and try again; what had come stays.',
	no_room: 'The browser has no room left for it ({total} MB). Free some and try again.',
	progress: 'Share of the chapter that is on this device'
};
