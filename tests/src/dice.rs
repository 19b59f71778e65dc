//! Seeded dice for hostile input: the same throws on every machine, so that a failure can be repeated.

use fireside_spec::random::{Purpose, Stream};

/// Dice with a seed.
pub struct Dice {
    stream: Stream,
    thrown: u32,
}

impl Dice {
    /// The dice of one case: `case` gives every loop turn its own throws.
    pub const fn new(seed: u32, case: u32) -> Self {
        Self {
            stream: Stream::new(seed, Purpose::Split, case, 0),
            thrown: 0,
        }
    }

    /// A number in `0..sides` (0 for no sides).
    pub fn throw(&mut self, sides: usize) -> usize {
        self.thrown += 1;
        let word = self.stream.word(self.thrown);
        ((u64::from(word) * sides as u64) >> 32) as usize
    }

    /// One of them.
    pub fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.throw(of.len())]
    }
}

/// What a careless or hostile hand types into an experiment.
const SNIPPETS: &[&str] = &[
    "0",
    "-1",
    "1e999",
    "99999999999999999999",
    "nan",
    "inf",
    "0x7fffffffffffffff",
    "1.5",
    "\"",
    "'''",
    "[",
    "]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "\n",
    "\r\n",
    "\t",
    "#",
    "[[layers]]\n",
    "[training]\n",
    "type = \"Dense\"\n",
    "type = \"Flatten\"\n",
    "units = 0\n",
    "units = 100000\n",
    "rate = 1.0\n",
    "kernel_size = 99\n",
    "kernel_size = [3]\n",
    "strides = [0, 0]\n",
    "pool_size = [1, 2, 3]\n",
    "padding = \"same\"\n",
    "activation = \"gelu\"\n",
    "[data]\n",
    "name = 3\n",
    "a.b.c = 1\n",
    "\u{0}",
    "\u{feff}",
    "中文",
    "🔥",
    "true",
    "1979-05-27T07:32:00Z",
    "epochs = 10001\n",
    "seed = -7\n",
];

/// The text with one to four random changes: cuts, doublings, insertions, swapped lines, changed numbers.
pub fn mutate_text(text: &str, dice: &mut Dice) -> String {
    let mut text = text.to_string();
    for _ in 0..=dice.throw(4) {
        let at = boundary(&text, dice.throw(text.len() + 1));
        match dice.throw(6) {
            0 => {
                let end = boundary(&text, (at + dice.throw(40)).min(text.len()));
                text.replace_range(at..end.max(at), "");
            }
            1 => {
                let end = boundary(&text, (at + dice.throw(200)).min(text.len()));
                let again = text[at..end.max(at)].to_string();
                text.insert_str(at, &again);
            }
            2 => text.insert_str(at, dice.pick(SNIPPETS)),
            3 => {
                let mut lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    let (a, b) = (dice.throw(lines.len()), dice.throw(lines.len()));
                    lines.swap(a, b);
                    text = lines.join("\n");
                }
            }
            4 => {
                // The next number becomes another one.
                let digits = |c: char| c.is_ascii_digit();
                if let Some(start) = text[at..].find(digits).map(|offset| at + offset) {
                    let length = text[start..].find(|c| !digits(c));
                    let end = length.map_or(text.len(), |length| start + length);
                    text.replace_range(start..end, dice.pick(SNIPPETS));
                }
            }
            _ => text.truncate(at),
        }
    }
    text
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The bytes with one to three random changes; `head` is the length of the part that holds structure
/// (lengths, names, numbers as text), which gets most of them.
pub fn mutate_bytes(bytes: &[u8], head: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.throw(3) {
        if bytes.is_empty() {
            return bytes;
        }
        let reach = if dice.throw(5) < 4 {
            head.min(bytes.len())
        } else {
            bytes.len()
        };
        let at = dice.throw(reach.max(1));
        match dice.throw(6) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << dice.throw(8),
            2 => bytes[at] = dice.throw(256) as u8,
            // A digit stays a digit: the structure can still be read, the number is another.
            3 => {
                if let Some(digit) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + dice.throw(10) as u8;
                }
            }
            4 => {
                let end = (at + 1 + dice.throw(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + 8).min(bytes.len());
                bytes[at..end].fill(if dice.throw(2) == 0 { 0xff } else { 0 });
            }
        }
    }
    bytes
}
