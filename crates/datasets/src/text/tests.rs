use super::*;
use crate::targets::Target;

fn text(text: &str, heading: &'static str) -> Text {
    Text {
        text: text.to_owned(),
        heading: heading.into(),
    }
}

fn words(line: &str) -> Vec<String> {
    tokenize(line, Level::Word, false)
}

#[test]
fn words_are_cut_by_the_treebank_rules() {
    // NLTK 3.2.5, word_tokenize.
    let cases: [(&str, &str); 12] = [
        (
            "They'll save and invest more.",
            "They 'll save and invest more .",
        ),
        ("hi, my name can't hello,", "hi , my name ca n't hello ,"),
        ("It's 3,000:2 or 4.5%", "It 's 3,000:2 or 4.5 %"),
        (
            "'Oh dear!' she said. 'I cannot'",
            "'Oh dear ! ' she said . 'I can not '",
        ),
        (
            "the rabbit-hole--and (so on) ...",
            "the rabbit-hole -- and ( so on ) ...",
        ),
        ("He said \"no\"", "He said `` no ''"),
        ("'TIS the voice; 'twas not", "'T IS the voice ; 't was not"),
        (
            "Don't you've we'd I'm D'ye",
            "Do n't you 've we 'd I 'm D 'ye",
        ),
        ("W. Rabbit, Esq.", "W . Rabbit , Esq ."),
        ("the Dormouses' tails' end", "the Dormouses ' tails ' end"),
        ("", ""),
        ("  wanna  gotta ", "wan na got ta"),
    ];
    for (line, expected) in cases {
        assert_eq!(words(line).join(" "), expected, "{line}");
    }
}

#[test]
fn a_text_becomes_rows_with_the_next_token() {
    let options = Preparation {
        level: Level::Char,
        sequence_length: 3,
        step: 2,
        train_fraction: Some(0.5),
        ..Preparation::default()
    };
    let rows = text("Abcabcab", "").rows(&options, 1.0).unwrap();
    // 8 tokens: rows begin at 0, 2, 4.
    assert_eq!(rows.train.ids(), [0, 1, 2]);
    assert_eq!(rows.train.targets().labels(), [0]);
    assert_eq!(rows.test.ids(), [2, 0, 1, 1, 2, 0]);
    assert_eq!(rows.test.targets().labels(), [2, 1]);
    assert_eq!((rows.train.vocabulary(), rows.vocabulary.len()), (3, 3));
    assert_eq!(rows.vocabulary.encode("xCab"), [2, 0, 1]);
    assert_eq!(rows.vocabulary.decode(&[2, 0, 1, 9]), "cab");
    assert_eq!(rows.train.targets().get(0), Some(Target::Class(0)));

    let words = Preparation {
        sequence_length: 2,
        ..Preparation::default()
    };
    let story = text(
        "CHAPTER I. Down\n\nThe end. The\nstory CHAPTER II\nends.\n",
        "CHAPTER",
    );
    let tokens = story.tokens(&words);
    assert_eq!(tokens, ["the", "end", ".", "the", "story", "ends", "."]);
    let rows = story.rows(&words, 1.0).unwrap();
    assert_eq!(
        (rows.train.targets().rows(), rows.test.targets().rows()),
        (5, 0)
    );
    assert_eq!(rows.vocabulary.decode(rows.train.row(4)), "story ends");
    assert_eq!(rows.vocabulary.token(0), ".");
    // Characters keep the headings.
    assert!(story.tokens(&options).concat().contains("chapter ii"));
}

#[test]
fn only_the_most_frequent_words_are_kept() {
    let tokens = |num_words| {
        let options = Preparation {
            num_words,
            ..Preparation::default()
        };
        text("b a a c b d a e", "").tokens(&options).join(" ")
    };
    assert_eq!(tokens(0), "b a a c b d a e");
    assert_eq!(tokens(1), "");
    assert_eq!(tokens(2), "a a a");
    assert_eq!(tokens(3), "b a a b a");
    // c, d and e are equally frequent: the first is kept.
    assert_eq!(tokens(4), "b a a c b a");
    assert_eq!(tokens(99), "b a a c b d a e");
}

#[test]
fn what_a_text_cannot_give_is_told() {
    let rows = |sequence_length, train_fraction| {
        let options = Preparation {
            sequence_length,
            train_fraction,
            ..Preparation::default()
        };
        text("one two three four", "")
            .rows(&options, 1.0)
            .map_err(|e| e.code())
    };
    assert!(rows(3, None).is_ok());
    assert_eq!(rows(4, None).err(), Some("option_out_of_range"));
    assert_eq!(rows(3, Some(0.5)).err(), Some("option_out_of_range"));
    assert_eq!(
        text("", "")
            .rows(&Preparation::default(), 1.0)
            .map_err(|e| e.code())
            .err(),
        Some("option_out_of_range")
    );
    let long = text(&"a ".repeat(1 << 20), "");
    let options = Preparation {
        sequence_length: 10_000,
        ..Preparation::default()
    };
    assert_eq!(
        long.rows(&options, 1.0).map_err(|e| e.code()).err(),
        Some("option_out_of_range")
    );
}
