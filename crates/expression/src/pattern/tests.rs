//! The dialect of .NET: what matches, what the groups are, what a replacement gives.

use proptest::prelude::*;

use super::{Pattern, PatternError, Replacement, SEARCH_LIMIT, Wanted};

fn replaced(pattern: &str, text: &str, replacement: &str) -> String {
    let pattern = Pattern::compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    let replacement = Replacement::parse(replacement, &pattern);
    let (mut out, mut from) = (String::new(), 0);
    for found in pattern.matches(text, Wanted::Groups, SEARCH_LIMIT) {
        let found = found.expect("it is cheap");
        out.push_str(&text[from..found.whole().start]);
        let mut add = |part: &str| {
            out.push_str(part);
            Ok::<(), ()>(())
        };
        replacement.expand(text, &found, &mut add).expect("nothing fails");
        from = found.whole().end;
    }
    out + &text[from..]
}

fn whole(pattern: &str, text: &str) -> bool {
    let compiled = Pattern::compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    compiled.is_match_whole(text).expect("it is cheap")
}

#[test]
fn replacements() {
    let check = |pattern: &str, text: &str, replacement: &str, expected: &str| {
        assert_eq!(replaced(pattern, text, replacement), expected, "{pattern} {text} {replacement}");
    };
    check("(?<first>[a-z]+) ([a-z]+)", "jo hn", "${first}-$1-$2", "jo-hn-jo");
    check("(?'q'\\d)", "a1", "<${q}>", "a<1>");
    check("(a)(b)?", "ac", "[$1$2]", "[a]c");
    check("b", "abc", "$$$&$`$'$_$+", "a$bacabcbc");
    check("(a)", "a", "$2 $10 ${x} ${1} $", "$2 $10 ${x} a $");
    check(".*", "abc", "x", "xx");
    check("x*", "abc", "-", "-a-b-c-");
    check("(?<!a)b(?=c)", "abc bc", "X", "abc Xc");
    check("(.)\\1", "aabb c", "<$1>", "<a><b> c");
    check("(?<d>a)|(?<d>b)", "ab", "[${d}]", "[a][b]");
    check("$", "a\n", "!", "a!\n!");
    check("(?<n>x)(y)\\1\\k<n>", "xyyx", "$1$2", "yx");
    check("", "é€", ".", ".é.€.");
}

#[test]
fn the_whole_text_must_match() {
    let check = |pattern: &str, text: &str, expected: bool| {
        assert_eq!(whole(pattern, text), expected, "{pattern} {text}");
    };
    check("a|ab", "ab", true);
    check("1[1-9]\\d{3}", "11234", true);
    check("1[1-9]\\d{3}", "112345", false);
    check("(?i)straße|x", "STRAßE", true);
    check("[a-z-[aeiou]]+", "xyz", true);
    check("[a-z-[aeiou]]+", "xaz", false);
    check("[^a-c-[xyz]]", "x", false);
    check("[^a-c-[xyz]]", "w", true);
    check("[]a]+", "]a", true);
    check("[a&&b~]+", "&~ab", true);
    check("[\\w-]+", "a-b", true);
    check("\\d", "٣", true);
    check("\\w+", "žÅ9_", true);
    check("a{,3}", "a{,3}", true);
    check("a{2,3}", "aaa", true);
    check("\\u0041\\x42\\103\\t", "ABC\t", true);
    check("\\p{Lu}\\P{Lu}\\p{IsGreek}", "Aaω", true);
    check("(?x) a b # comment\n c", "abc", true);
    check("(?#note)a(?-i:b)(?n:(c))", "abc", true);
    check("(a)?(?(1)b|c)", "ab", true);
    check("(a)?(?(1)b|c)", "c", true);
    check("(?m)^b$", "b", true);
    check("(?>a+)b", "aab", true);
    check("(?s:.)", "\n", true);
    check(".", "\n", false);
    check("", "", true);
    check("", "a", false);
}

#[test]
fn what_is_not_a_pattern_of_dotnet_is_refused() {
    for pattern in [
        "(",
        ")",
        "[a",
        "a++",
        "*a",
        "(?P<n>a)",
        "(?<a-b>x)",
        "(?<1>x)",
        "\\y",
        "\\",
        "(?<n",
        "\\1",
        "\\k<n>",
        "[b-a]",
        "\\p{Greek}",
        "\\p{",
        "(?R)",
        "\\h",
        "[a-\\d]",
        "(?(x)a|b)",
        "a{3,2}",
        "\\uD800",
        "(?<n>a)\\2",
    ] {
        assert!(Pattern::compile(pattern).is_err(), "{pattern}");
    }
    let error = Pattern::compile("ab)").expect_err("it does not close anything");
    assert_eq!(
        error.to_string(),
        "the pattern is not understood at character 2: a closing parenthesis too many"
    );
}

#[test]
fn hostile_patterns_fail_and_never_count_as_no_match() {
    let costly = Pattern::compile("(?:(a|aa)+)+(?=[bc])\\1[c]").expect("it compiles");
    let text = format!("{}b{}c", "a".repeat(60), "b".repeat(3));
    assert_eq!(costly.is_match_whole(&text), Err(PatternError::TooCostly));
    assert_eq!(
        costly.matches(&text, Wanted::Groups, SEARCH_LIMIT).next(),
        Some(Err(PatternError::TooCostly))
    );
    assert_eq!(
        Pattern::compile("a").unwrap().is_match_whole(&"a".repeat(70_000)),
        Err(PatternError::TooCostly)
    );
    for pattern in [
        "(".repeat(5_000),
        "(?:".repeat(300) + &")".repeat(300),
        "\\w{1000}{1000}".into(),
        "[a-[".repeat(900),
    ] {
        assert!(Pattern::compile(&pattern).is_err());
    }
    assert!(matches!(Pattern::compile(&"a".repeat(10_001)), Err(PatternError::Refused(_))));
}

proptest! {
    #[test]
    fn compiling_and_matching_never_panic(
        pattern in "[\\\\\\[\\](){}?*+|^$.a-c0-2<>'!:=,#& -]{0,24}|(?s).{0,16}",
        text in "[a-c0-2 \\n]{0,12}|(?s).{0,8}",
        replacement in "[$0-2{}a&`'+_]{0,10}",
    ) {
        if let Ok(compiled) = Pattern::compile(&pattern) {
            let _ = compiled.is_match_whole(&text);
            let parsed = Replacement::parse(&replacement, &compiled);
            for found in compiled.matches(&text, Wanted::Groups, SEARCH_LIMIT) {
                let Ok(found) = found else { break };
                prop_assert!(text.get(found.whole()).is_some());
                parsed.expand(&text, &found, &mut |_| Ok::<(), ()>(())).expect("nothing fails");
            }
        }
    }
}
