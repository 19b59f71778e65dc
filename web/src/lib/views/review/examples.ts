// Reviews to try, chosen by what the shipped network says of them (the test of the card holds it to that).

import type { ReviewWords } from './words';

export const EXAMPLES: readonly { name: keyof ReviewWords['example']; text: string }[] = [
	{
		name: 'loved',
		text: 'I loved every minute of it. The story is simple and touching, the actors are wonderful, and the last scene stayed with me for days. One of the best films I have seen in years.'
	},
	{
		name: 'hated',
		text: 'What a waste of two hours. The plot makes no sense, the dialogue is awful and the acting is even worse. I kept hoping that it would get better, but it only became more boring.'
	},
	{
		name: 'negation',
		text: 'I was told that this film is bad, boring and a waste of time. It is none of these things. There is not one dull scene and not one poor performance in it.'
	},
	{
		name: 'irony',
		text: 'Oh great, another masterpiece. Two wonderful hours of beautiful people looking at the sea. Truly brilliant, if you enjoy watching paint dry.'
	},
	{
		name: 'mixed',
		text: 'The photography is beautiful, the music is perfect, the cast is excellent and the first half hour is a delight. Then somebody must have lost the rest of the script. I left before the end.'
	},
	{ name: 'chinese', text: '这部电影拍得真好，故事简单却很动人，演员也都很出色，看完以后久久不能忘记。' }
];
