//! Texts and formulas of the reference as plain text for a terminal: TeX becomes letters and signs.

/// A text with `code` and formulas between dollars.
pub(crate) fn text(written: &str) -> String {
    let part = |(index, part): (usize, &str)| match index % 2 {
        0 => part.replace('`', ""),
        _ => formula(part),
    };
    written.split('$').enumerate().map(part).collect()
}

/// A formula in TeX, on one line.
pub(crate) fn formula(tex: &str) -> String {
    let mut rest = tex;
    let plain = group(&mut rest);
    let mut out = String::new();
    // TeX has no blanks of its own: several are one.
    for word in plain.split(' ').filter(|word| !word.is_empty()) {
        let closes = word.starts_with([',', ';', ')', ']']);
        if !out.is_empty() && !closes && !out.ends_with(['(', '[', '√', '±']) {
            out.push(' ');
        }
        out += word;
    }
    // Wide gaps were marked by letters that are no blanks.
    out.replace(" \u{2003} ", "   ").replace('\u{2003}', " ")
}

/// Everything up to the brace that closes this group.
fn group(rest: &mut &str) -> String {
    let mut out = String::new();
    while let Some(letter) = rest.chars().next() {
        *rest = &rest[letter.len_utf8()..];
        match letter {
            '}' => break,
            '{' => out += &group(rest),
            '\\' => command(rest, &mut out),
            '&' => out += " if ",
            '^' => out += &raised(&argument(rest)),
            '_' if out.ends_with(['Σ', '∏']) => out += &bounds(rest),
            '_' => out += &lowered(&argument(rest)),
            '~' => out.push(' '),
            other => out.push(other),
        }
    }
    out
}

/// From where to where a sum goes.
fn bounds(rest: &mut &str) -> String {
    let from = argument(rest);
    match rest.strip_prefix('^') {
        Some(after) => {
            *rest = after;
            format!("[{from}…{}]", argument(rest))
        }
        None => lowered(&from),
    }
}

/// What a command or a mark stands before: a group, a command, a letter.
fn argument(rest: &mut &str) -> String {
    *rest = rest.trim_start();
    let Some(letter) = rest.chars().next() else {
        return String::new();
    };
    *rest = &rest[letter.len_utf8()..];
    match letter {
        '{' => group(rest).trim().into(),
        '\\' => {
            let mut out = String::new();
            command(rest, &mut out);
            out.trim().into()
        }
        other => other.into(),
    }
}

fn command(rest: &mut &str, out: &mut String) {
    let length = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    // A sign alone is a command, too: `\,`, `\{`.
    let length = length.max(rest.chars().next().map_or(0, char::len_utf8));
    let (name, after) = rest.split_at(length);
    *rest = after;
    match name {
        "frac" | "tfrac" => {
            let (above, below) = (argument(rest), argument(rest));
            let tight = [&above, &below].iter().all(|part| part.chars().count() < 4);
            let slash = if tight { "/" } else { " / " };
            *out += &format!("{}{slash}{}", whole(&above), whole(&below));
        }
        "sqrt" => *out += &format!("√{}", whole(&argument(rest))),
        "operatorname" | "text" | "mathrm" => *out += &argument(rest),
        "bar" => *out += &format!("{}\u{304}", argument(rest)),
        "tilde" => *out += &format!("{}\u{303}", argument(rest)),
        "overrightarrow" => *out += &format!("{}\u{20d7}", argument(rest)),
        "overleftarrow" => *out += &format!("{}\u{20d6}", argument(rest)),
        "begin" => {
            argument(rest);
            *out += "{ ";
        }
        "end" => {
            argument(rest);
            *out += " }";
        }
        "\\" => *out += "; ",
        "big" | "Big" | "left" | "right" => {}
        "," | ":" | ";" | " " => out.push(' '),
        "!" => {}
        "quad" | "qquad" => *out += " \u{2003} ",
        other => match SIGNS.iter().find(|(known, _)| *known == other) {
            Some((_, sign)) => *out += sign,
            None => *out += other,
        },
    }
}

/// In brackets where it is more than one thing.
fn whole(part: &str) -> String {
    let simple = |c: char| {
        c.is_alphanumeric() || "_.√⊤₁₂²³".contains(c) || ('\u{300}'..'\u{370}').contains(&c)
    };
    let closed = part.starts_with('‖') && part.ends_with('‖') && part.matches('‖').count() == 2;
    match part.chars().all(simple) || closed {
        true => part.into(),
        false => format!("({part})"),
    }
}

/// Letters that exist small and above the line, and small and below it.
const RAISED: &[(char, char)] = &[
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('-', '⁻'),
    ('n', 'ⁿ'),
    ('t', 'ᵗ'),
    ('x', 'ˣ'),
    ('⊤', 'ᵀ'),
    ('i', 'ⁱ'),
    ('j', 'ʲ'),
    ('s', 'ˢ'),
    ('d', 'ᵈ'),
    ('D', 'ᴰ'),
];
const LOWERED: &[(char, char)] = &[
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('h', 'ₕ'),
    ('i', 'ᵢ'),
    ('j', 'ⱼ'),
    ('k', 'ₖ'),
    ('l', 'ₗ'),
    ('m', 'ₘ'),
    ('n', 'ₙ'),
    ('o', 'ₒ'),
    ('p', 'ₚ'),
    ('r', 'ᵣ'),
    ('s', 'ₛ'),
    ('t', 'ₜ'),
    ('u', 'ᵤ'),
    ('v', 'ᵥ'),
    ('x', 'ₓ'),
];

fn small(part: &str, letters: &[(char, char)]) -> Option<String> {
    let small = |c| {
        letters
            .iter()
            .find(|(known, _)| *known == c)
            .map(|(_, small)| *small)
    };
    part.chars().map(small).collect()
}

fn raised(part: &str) -> String {
    small(part, RAISED).unwrap_or_else(|| format!("^{}", whole(part)))
}

/// One letter is set below the line, a word is hung on, anything longer is an index in brackets.
fn lowered(part: &str) -> String {
    let plain: String = part.chars().filter(|c| *c != ' ').collect();
    let word = plain.chars().all(char::is_alphabetic);
    match small(&plain, LOWERED) {
        Some(small) if !word || plain.chars().count() == 1 => small,
        _ if word => format!("_{plain}"),
        _ => format!("[{part}]"),
    }
}

const SIGNS: &[(&str, &str)] = &[
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("varepsilon", "ε"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("pi", "π"),
    ("rho", "ρ"),
    ("sigma", "σ"),
    ("Phi", "Φ"),
    ("ell", "ℓ"),
    ("leftarrow", "←"),
    ("to", "→"),
    ("cdot", "·"),
    ("times", "×"),
    ("odot", "⊙"),
    ("pm", "±"),
    ("sim", "~"),
    ("le", "≤"),
    ("ge", "≥"),
    ("in", "∈"),
    ("mid", "|"),
    ("dots", "…"),
    ("ldots", "…"),
    ("top", "⊤"),
    ("sum", "Σ"),
    ("prod", "∏"),
    ("lVert", "‖"),
    ("rVert", "‖"),
    ("lfloor", "⌊"),
    ("rfloor", "⌋"),
    ("lceil", "⌈"),
    ("rceil", "⌉"),
    ("infty", "∞"),
    ("neq", "≠"),
];

/// Lines of at most `width` letters, each behind `indent`.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let room = width.saturating_sub(indent.chars().count() + lines[last].chars().count() + 1);
        if !lines[last].is_empty() && word.chars().count() > room {
            lines.push(word.into());
        } else {
            if !lines[last].is_empty() {
                lines[last].push(' ');
            }
            lines[last] += word;
        }
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("{indent}{line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_can_be_read_in_a_terminal() {
        for (tex, plain) in [
            (r"y = f(x W + b)", "y = f(x W + b)"),
            (r"\frac{1}{1 + e^{-x}}", "1 / (1 + e⁻ˣ)"),
            (
                r"L = \sqrt{\frac{6}{n_{in} + n_{out}}}",
                "L = √(6 / (n_in + n_out))",
            ),
            (r"\tfrac{1}{2}\, 0.96^{t s}", "1/2 0.96^(t s)"),
            (
                r"y = \begin{cases} x & x > 0 \\ \alpha x & x \le 0 \end{cases}",
                "y = { x if x > 0; α x if x ≤ 0 }",
            ),
            (r"x_{s t + i,\, c}", "x[s t + i, c]"),
            (r"\sum_{i=0}^{k-1} \sum_c x_i", "Σ[i=0…k-1] Σ_c xᵢ"),
            (r"W^{\top} W = g^2 I", "Wᵀ W = g² I"),
            (
                r"a \leftarrow \rho a, \qquad \bar\mu",
                "a ← ρ a,   μ\u{304}",
            ),
            (r"\big| \{ j : b_j < e \} \big|", "| { j : bⱼ < e } |"),
        ] {
            assert_eq!(formula(tex), plain, "{tex}");
        }
        assert_eq!(text("a `b` $x_1$ c"), "a b x₁ c");
    }

    #[test]
    fn nothing_of_tex_is_left_in_any_text_of_the_reference() {
        let reference = fireside_book::reference().expect("the reference");
        let mut all: Vec<String> = Vec::new();
        for entry in &reference.entries {
            let formulas = entry.formulas.iter().chain(&entry.parameters);
            all.extend(formulas.map(|one| formula(&one.tex)));
            let notes = entry.notes.iter().map(|note| &note.en);
            let fields = entry.fields.iter().map(|field| &field.meaning.en);
            let texts = [&entry.summary.en, &entry.symbols.en];
            all.extend(
                texts
                    .into_iter()
                    .chain(notes)
                    .chain(fields)
                    .map(|one| text(one)),
            );
        }
        assert!(all.len() > 500, "{}", all.len());
        for plain in all {
            assert!(!plain.contains(['\\', '$', '`', '\u{2003}']), "{plain}");
            // Names of signs that were not translated.
            let names = [
                "leftarrow",
                "varepsilon",
                "operatorname",
                "frac",
                "qquad",
                "overrightarrow",
            ];
            let mut words = plain.split(|c: char| !c.is_ascii_alphabetic());
            assert!(!words.any(|word| names.contains(&word)), "{plain}");
        }
    }

    #[test]
    fn lines_are_wrapped() {
        assert_eq!(wrap("one two three", 9, "  "), "  one two\n  three");
    }
}
