/** Words of the card where a network judges the reader's own photo. */
export const photo = {
	id: 'photo',
	title: 'Show it your own photo',
	drop: 'Drop a photo here, paste one with Ctrl+V, or choose:',
	dropNow: 'Let go: the photo is read here.',
	choose: 'Choose a photo',
	another: 'Another photo',
	camera: 'Use the camera',
	cameraAsks: 'The browser asks for the camera …',
	cameraStop: 'Hold this picture',
	cameraOn: 'The camera is on. “Hold this picture” switches it off.',
	remove: 'Remove',
	private: 'The photo stays on this page: nothing of it is sent anywhere.',
	reading: 'Reading the photo …',
	pad: 'Square of the photo that the network gets',
	keys: 'With the keyboard: arrow keys move the square (with Shift in leaps), + and − size it, 0 puts it back.',
	hint: 'Move the square, pull its corners, or pinch it.',
	smaller: 'Smaller square',
	larger: 'Larger square',
	back: 'Square in the middle',
	place: '{side} × {side} of {width} × {height} pixels, from the left {x}, from the top {y}',
	full: 'The file has {width} × {height} pixels; it is shown here at {shown}.',
	sees: 'what the network sees: 32 × 32',
	seesNothing: 'The network sees nothing yet.',
	averaged: 'Each of its points is the mean of about {points} pixels of your square.',
	enlarged: 'Your square has fewer pixels than the network wants: they are enlarged, not sharpened.',
	probabilities: 'Probability of each class',
	class: 'Class',
	probability: 'Probability',
	says: 'It says {name}, {share}.',
	saysUnsure: 'It is not sure: {name} {share}, {second} {secondShare}.',
	nothing: 'No photo yet.',
	sum: 'The ten bars add up to 100 % for every picture. The network has no eleventh answer: a pizza gets one of the ten names, too, and sometimes a long bar. A short longest bar says “not sure”; a long one does not say “right”.',
	knows: 'It knows ten kinds of things, and nothing else: {names}.',
	sep: ', ',
	noModel:
		'No network for photos is shipped with this site. Train one on CIFAR-10 on this page, then it answers here.',
	trainHint: 'Train a network on CIFAR-10 on this page first.',
	sample:
		'Trained by you on this device: experiment {id}, on the built-in sample. It knows pictures that a program drew, not photos.',
	problem: {
		empty: 'There is no picture in it. Choose a photo (PNG, JPEG, GIF, WebP or BMP).',
		not_picture: 'This is not a picture that can be read here. Choose a PNG, JPEG, GIF, WebP or BMP file.',
		other_kind: 'This is a {kind} file, which is not read here. Save it as JPEG or PNG, then show that.',
		heavy: 'The file has {mega} MB; at most {limit} MB are read. Save it smaller, then show that.',
		large:
			'The picture has {width} × {height} pixels ({mega} million). At most {limit} million are unpacked, and no side longer than {side}. Scale it down in a picture program, or cut a piece out of it.',
		damaged: 'The {kind} file is damaged: it cannot be unpacked. Take another copy of it.',
		unreadable: 'The file could not be read. Perhaps it was moved or is in use: choose it again.',
		camera_insecure: 'The browser gives the camera only to pages with https. Choose a photo instead.',
		camera_refused:
			'The browser may not use the camera here. Allow it beside the address, or choose a photo instead.',
		camera_none: 'No camera was found. Connect one, or choose a photo instead.',
		camera_busy:
			'The camera gives no picture; perhaps another program uses it. Close that, or choose a photo instead.',
		camera_lost: 'The camera went away. The last picture stays.'
	}
};
