import type { offline as en } from '../en/offline';

/** 离线使用与新版本。 */
export const offline: typeof en = {
	update: '本书有新版本。',
	update_take: '载入新版本',
	update_later: '以后再说',
	update_busy: '正在训练：会先保存，之后可以接着练。',
	old: '这一页属于较早的版本，会照常使用下去。',
	take: '把这一章带走',
	take_hint: '把数据、模型和引擎存到这台设备上，没有网络也能用。',
	looking: '正在清点要带走的内容……',
	taking: '已下载 {loaded} / {total} MB',
	cancel: '取消',
	cancelled: '已停止。下载好的部分留着，下次接着用。',
	taken: '这一章已在这台设备上，没有网络也能用（{total} MB）。',
	failed: '{file} 没有完整到达。请检查网络后重试，下载好的部分会留着。',
	no_room: '浏览器没有足够的空间了（需要 {total} MB）。请腾出一些空间后重试。',
	progress: '这一章已存到设备上的比例'
};
