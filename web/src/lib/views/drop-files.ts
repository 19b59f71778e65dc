// Files that are dropped on a card. Its button does the same for everybody else.

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/**
 * For the root of a card: `onover` hears whether files are dragged over it, `onfiles` gets those that are dropped. What is no
 * file goes where it always goes.
 */
export function dropFiles(
	onover: (over: boolean) => void,
	onfiles: (files: File[]) => void
): (root: HTMLElement) => () => void {
	return (root) => {
		/** Elements under what is dragged: leaving one for another inside of it is no leaving. */
		let inside = 0;
		const tell = (to: number) => {
			inside = Math.max(0, to);
			onover(inside > 0);
		};
		const listen = {
			dragenter: (event: DragEvent) => {
				if (hasFiles(event)) tell(inside + 1);
			},
			dragleave: () => tell(inside - 1),
			dragover: (event: DragEvent) => {
				if (hasFiles(event)) event.preventDefault();
			},
			drop: (event: DragEvent) => {
				tell(0);
				if (!hasFiles(event)) return;
				event.preventDefault();
				onfiles([...(event.dataTransfer?.files ?? [])]);
			}
		};
		const names = ['dragenter', 'dragleave', 'dragover', 'drop'] as const;
		for (const name of names) root.addEventListener(name, listen[name]);
		return () => {
			for (const name of names) root.removeEventListener(name, listen[name]);
		};
	};
}
