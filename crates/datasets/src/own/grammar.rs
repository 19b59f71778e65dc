//! Two small Chinese samples of our own, made by grammars: a story to go on with, and remarks about snack bars. They show
//! how it goes before the reader has a file at hand, and are the same for everybody.

use crate::samples::Dice;

/// Streams of the two.
const STORY: u32 = 112;
const REMARKS: u32 = 113;
const SEED: u32 = 7;
/// Sentences of the story, and remarks.
const SENTENCES: usize = 220;
const COUNT: usize = 800;

/// The classes of the remarks, in the order of their code points.
pub(super) const CLASSES: [&str; 2] = ["好评", "差评"];

fn one<'a>(dice: &mut Dice, words: &[&'a str]) -> &'a str {
    words[dice.below(words.len())]
}

const WHO: [&str; 6] = ["小狐狸", "老猫头鹰", "小兔子", "松鼠", "小熊", "刺猬"];
const WHEN: [&str; 6] = [
    "清晨",
    "中午",
    "傍晚",
    "下雨的时候",
    "雪停以后",
    "月亮升起来了",
];
const WHERE: [&str; 6] = ["小河边", "山坡上", "大树下", "桥头", "苹果园里", "山洞口"];
const DOES: [&str; 6] = [
    "捡起一片红叶子",
    "找到三个松果",
    "听见远处的钟声",
    "看见一盏小灯",
    "种下一颗种子",
    "唱起一首老歌",
];
const SAYS: [&str; 5] = [
    "我们一起回家吧",
    "春天就快来了",
    "这是给你的礼物",
    "灯还亮着呢",
    "明天再来",
];
const THEN: [&str; 5] = [
    "大家都笑了",
    "风轻轻地吹过来",
    "水面上有星星",
    "谁也没有说话",
    "天慢慢黑了",
];

/// A story of short sentences, some to a paragraph.
pub(super) fn story() -> String {
    let mut story = String::new();
    for at in 0..SENTENCES {
        let mut dice = Dice::new(SEED, STORY, at);
        let (who, when, place) = (
            one(&mut dice, &WHO),
            one(&mut dice, &WHEN),
            one(&mut dice, &WHERE),
        );
        match dice.below(3) {
            0 => story.extend([when, "，", who, "在", place, one(&mut dice, &DOES), "。"]),
            1 => story.extend([
                who,
                "对",
                one(&mut dice, &WHO),
                "说：“",
                one(&mut dice, &SAYS),
                "。”",
            ]),
            _ => story.extend([
                who,
                "来到",
                place,
                "，",
                one(&mut dice, &DOES),
                "，",
                one(&mut dice, &THEN),
                "。",
            ]),
        }
        if at % 6 == 5 {
            story.push('\n');
        }
    }
    story
}

const SHOP: [&str; 5] = [
    "这家店",
    "学校门口那家",
    "楼下的小店",
    "车站旁边这家",
    "朋友推荐的店",
];
const DISH: [&str; 8] = [
    "牛肉面",
    "饺子",
    "包子",
    "豆浆",
    "炒饭",
    "鱼汤",
    "凉皮",
    "烧饼",
];
const GOOD: [&str; 8] = [
    "很香",
    "真好吃",
    "又热又鲜",
    "味道正宗",
    "分量十足",
    "让人吃了还想吃",
    "一点也不油",
    "特别新鲜",
];
const BAD: [&str; 8] = [
    "太咸了",
    "不好吃",
    "又冷又硬",
    "没有味道",
    "少得可怜",
    "吃了肚子疼",
    "油得吓人",
    "一点也不新鲜",
];
const SERVED: [&str; 4] = ["老板很热情", "上菜很快", "店里干干净净", "价钱公道"];
const FAILED: [&str; 4] = [
    "老板爱理不理",
    "等了一个小时",
    "桌子黏糊糊的",
    "价钱贵得离谱",
];
const AGAIN: [&str; 3] = ["下次还来", "推荐给大家", "值得再去一次"];
const NEVER: [&str; 3] = ["再也不来了", "劝大家别去", "后悔进了门"];
const PLAIN: [&str; 4] = ["中午去的", "和同事一起", "第一次来", "点了两份"];

/// Remarks with the places of their classes in [`CLASSES`]. In every tenth one thing is said against the rest.
pub(super) fn reviews() -> impl Iterator<Item = (String, usize)> {
    (0..COUNT).map(|at| {
        let mut dice = Dice::new(SEED, REMARKS, at);
        let class = dice.below(2);
        let mixed = dice.below(10) == 0;
        let sides: [[&[&str]; 3]; 2] = [[&GOOD, &SERVED, &AGAIN], [&BAD, &FAILED, &NEVER]];
        let [dishes, service, end] = sides[class];
        let service = if mixed { sides[1 - class][1] } else { service };
        let mut text = String::from(one(&mut dice, &SHOP));
        text.extend(["的", one(&mut dice, &DISH), one(&mut dice, dishes)]);
        if dice.below(2) == 0 {
            text.extend(["，", one(&mut dice, &PLAIN)]);
        }
        text.extend(["，", one(&mut dice, service)]);
        if dice.below(3) > 0 {
            text.extend(["，", one(&mut dice, end)]);
        }
        text.push('。');
        (text, class)
    })
}
