// A small client of W3C WebDriver (https://www.w3.org/TR/webdriver2/): what a smoke test needs of it, over fetch.

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** A driver that does not answer by then never will: a browser that starts takes the longest. */
const PATIENCE = 60_000;

export type Element = { [ELEMENT]: string };
type Point = readonly [x: number, y: number];

export class WebDriverError extends Error {}

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: object): Promise<unknown> {
	const response = await fetch(url, {
		method,
		headers: { 'content-type': 'application/json' },
		signal: AbortSignal.timeout(PATIENCE),
		...(body ? { body: JSON.stringify(body) } : {})
	});
	const { value } = (await response.json()) as { value: unknown };
	if (response.ok) return value;
	const { error, message } = value as { error: string; message: string };
	throw new WebDriverError(`${method} ${new URL(url).pathname}: ${error}: ${message}`);
}

export class Session {
	readonly #url: string;
	/** As the browser calls itself: `firefox 153.7.0`. */
	readonly browser: string;

	private constructor(url: string, browser: string) {
		this.#url = url;
		this.browser = browser;
	}

	static async start(driver: string, alwaysMatch: object): Promise<Session> {
		const started = await ask('POST', `${driver}/session`, { capabilities: { alwaysMatch } });
		const { sessionId, capabilities } = started as {
			sessionId: string;
			capabilities: { browserName: string; browserVersion: string };
		};
		const { browserName, browserVersion } = capabilities;
		return new Session(`${driver}/session/${sessionId}`, `${browserName} ${browserVersion}`);
	}

	end(): Promise<unknown> {
		return ask('DELETE', this.#url);
	}
	async open(url: string): Promise<void> {
		await ask('POST', `${this.#url}/url`, { url });
	}
	async reload(): Promise<void> {
		await ask('POST', `${this.#url}/refresh`, {});
	}
	/** The body of a function in the page; its arguments are `arguments[0]` and on. */
	async run<T>(script: string, ...args: unknown[]): Promise<T> {
		return (await ask('POST', `${this.#url}/execute/sync`, { script, args })) as T;
	}
	/** Fails where there is none. */
	async find(css: string): Promise<Element> {
		return (await ask('POST', `${this.#url}/element`, { using: 'css selector', value: css })) as Element;
	}
	/** As the accessibility tree says it. */
	async role(element: Element): Promise<string> {
		return (await ask('GET', `${this.#of(element)}/computedrole`)) as string;
	}
	/** With a real pointer, in sight; fails where something lies above it. */
	async click(element: Element): Promise<void> {
		await this.run('arguments[0].scrollIntoView({ block: "center" })', element);
		await ask('POST', `${this.#of(element)}/click`, {});
	}
	/** A stroke of the pointer with its button held down; places from the element's middle, in pixels. */
	async stroke(element: Element, places: readonly Point[]): Promise<void> {
		const move = ([x, y]: Point) => ({
			type: 'pointerMove',
			duration: 10,
			origin: element,
			x: Math.round(x),
			y: Math.round(y)
		});
		const [first, ...rest] = places;
		if (!first) return;
		const actions = [
			move(first),
			{ type: 'pointerDown', button: 0 },
			...rest.map(move),
			{ type: 'pointerUp', button: 0 }
		];
		const pointer = { type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions };
		await ask('POST', `${this.#url}/actions`, { actions: [pointer] });
	}
	/** PNG. */
	async screenshot(): Promise<Buffer> {
		return Buffer.from((await ask('GET', `${this.#url}/screenshot`)) as string, 'base64');
	}

	#of(element: Element): string {
		return `${this.#url}/element/${element[ELEMENT]}`;
	}
}
