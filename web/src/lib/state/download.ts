// Gives the reader a file.

export function download(bytes: ArrayBuffer, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([bytes]));
	link.download = name;
	link.click();
	// The browser needs it until it has begun to write.
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
