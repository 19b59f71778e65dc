// Runs before the first paint: colours and language as the reader left them, without a flash.
(function () {
	var root = document.documentElement;
	function remembered(key) {
		try {
			return localStorage.getItem('fireside.' + key);
		} catch (error) {
			return null; // storage is off
		}
	}
	var theme = remembered('theme');
	var dark = matchMedia('(prefers-color-scheme: dark)');
	function paint() {
		root.dataset.theme = theme || root.dataset.chosen || (dark.matches ? 'dark' : 'light');
	}
	paint();
	dark.addEventListener('change', function () {
		theme = remembered('theme');
		paint();
	});

	// The folder of the site, from this script's own address: '/' or '/fireside/'.
	var base = new URL('.', document.currentScript.src).pathname;
	var path = location.pathname;
	if (path.indexOf(base) !== 0) return;
	var rest = path.slice(base.length);
	var chinese = /^zh(\/|$)/.test(rest);
	var asked = /[?&]lang=(en|zh)\b/.exec(location.search);
	var lang = asked && asked[1];
	if (lang) {
		try {
			localStorage.setItem('fireside.lang', lang);
		} catch (error) {
			// not remembered, but followed
		}
	} else if (rest === '' || rest === 'index.html') {
		// Only the first page chooses by itself; any other address was meant as it is.
		lang = remembered('lang') || (/^zh\b/i.test(navigator.language) ? 'zh' : 'en');
	}
	if (!lang || (lang === 'zh') === chinese) return;
	// Never two slashes in front: `//name/` would be the address of another host.
	if (chinese) rest = rest.slice(2);
	location.replace(base + (lang === 'zh' ? 'zh/' : '') + rest.replace(/^\/+/, '') + location.hash);
})();
