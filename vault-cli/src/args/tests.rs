//! The contract for scripts, and the promises of the help pages.

use super::*;

/// Every command of the contract that there is so far, without its global options.
const CONTRACT: [&str; 84] = [
    "demo",
    "init --council C --person P --role it-provider --new-passphrase-file F",
    "init --council C --person P --role clerk --new-passphrase-file F --policy X --preset Y --kdf floor",
    "init --council C --person P --role it-provider --new-passphrase-file F --kdf calibrate",
    "person add N --role chair --initial-passphrase-file OUT",
    "person list",
    "enrol --new-passphrase-file F --acknowledge",
    "collection add N --kind service",
    "collection add N --kind personal",
    "collection grant N P --permission catalogue",
    "collection grant N P --permission read",
    "collection grant N P --permission manage",
    "collection grant N P --permission approve",
    "collection revoke N P",
    "collection list",
    "add T --collection N --kind admin --username U --url U --generate words:4",
    "add T --collection N --kind social --password-stdin --totp-file F --state default",
    "add T --collection N --kind social --generate chars:20 --state initial",
    "list",
    "show E",
    "get E --reveal",
    "get E --reveal --pending --field notes",
    "get E --reveal --field totp --version 3",
    "totp E",
    "rotate E --generate chars:20",
    "rotate E --password-stdin",
    "rotate E --confirm",
    "rotate E --abort",
    "retire E",
    "restore-entry E",
    "restore-entry E --anyway",
    "add T --collection N --kind social --generate chars:20 --anyway",
    "list --retired",
    "history E",
    "generate words:4",
    "envelope rule any-two --holder A --holder place:Safe --holder B",
    "envelope rule officer+councillors --holder A B C --councillors 2",
    "envelope sheet place:Safe --text OUT",
    "envelope sheet P --pdf OUT --large --council C --vault-at W --copy-at W --ring A --ring B",
    "envelope sheet P --html OUT",
    "envelope sheet --specimen --pdf OUT",
    "envelope kit DIR",
    "envelope kit DIR --program windows=F --program macos=F",
    "envelope seal",
    "envelope open --sheet-file F G --sheet-file H --opener A --witness B --witness C --list --reveal D E --journal J --yes",
    "envelope takeover --sheet-file F --sheet-file G --opener N --witness W --person P --role clerk --new-passphrase-file F --yes",
    "envelope takeover --sheet-file F --opener N --person P --role it-provider --new-passphrase-file F --journal J --yes",
    "envelope status",
    "envelope lost CH-0001",
    "envelope done notice",
    "envelope done minute",
    "envelope classify emergency",
    "envelope classify drill",
    "envelope classify misuse",
    "approve r7",
    "incident list",
    "incident show 12",
    "incident raise --entry E",
    "incident decide 12",
    "incident close 12",
    "log verify --quick",
    "log export DIR",
    "log extract DIR --person P",
    "log extract DIR --entry E --from 2026-04-01 --to 2027-03-31",
    "log sample --n 25 --word heron",
    "log sample DIR --n 25 --word heron --size 312",
    "report accesses --year 2026",
    "report accesses --html OUT --csv OUT --table exceptions",
    "report custody --html",
    "report envelopes --csv --table openings",
    "report incidents --csv",
    "report person P --html OUT",
    "log checkpoint --minutes",
    "log witness add K",
    "log witness drop N",
    "log witness list",
    "log witness keys",
    "log witness request N OUT --old 12",
    "log witness take F",
    "witness found N --folder D",
    "witness --folder D trust F --replace",
    "witness sign F --answer OUT",
    "witness head L",
    "import F --collection N --apply",
];

const GLOBALS: &str = "--vault V --as Pat --passphrase-file F --no-input --json --plain --reason R";

fn parse(line: &str) -> Result<Args, NotRun> {
    Args::from_command_line(line.split_whitespace())
}

fn problem(line: &str) -> Problem {
    match parse(line) {
        Err(NotRun::Usage(problem)) => problem,
        other => panic!("{line}: {other:?}"),
    }
}

fn help(line: &str) -> String {
    match parse(line) {
        Err(NotRun::Help(text)) => text,
        other => panic!("{line}: {other:?}"),
    }
}

/// Each command with its path from the root.
fn tree() -> Vec<(String, clap::Command)> {
    let mut waiting = vec![("coffer".to_owned(), Args::described())];
    let mut all = Vec::new();
    while let Some((path, command)) = waiting.pop() {
        let below = command.get_subcommands();
        waiting.extend(below.map(|sub| (format!("{path} {}", sub.get_name()), sub.clone())));
        all.push((path, command));
    }
    all
}

#[test]
fn every_spelling_of_the_contract_parses_with_the_global_options_on_either_side() {
    let short = [
        "requests",
        "status",
        "log show",
        "log checkpoint",
        "envelope open",
    ];
    for command in CONTRACT.into_iter().chain(short) {
        for line in [
            format!("coffer {GLOBALS} {command}"),
            format!("coffer {command} {GLOBALS}"),
        ] {
            let global = parse(&line).map(|args| args.global);
            let global = global.unwrap_or_else(|problem| panic!("{line}: {problem:?}"));
            assert_eq!(global.vault, Some("V".into()));
            assert_eq!(global.person.as_deref(), Some("Pat"));
            assert_eq!(global.passphrase_file, Some("F".into()));
            assert!(global.no_input && global.json && global.plain);
            assert_eq!(global.reason.as_deref(), Some("R"));
        }
    }
}

#[test]
fn every_rule_role_and_kind_of_the_contract_has_its_spelling() {
    for rule in [
        "chair",
        "clerk",
        "officer",
        "any-two",
        "officer+other",
        "officer+councillors",
    ] {
        assert!(parse(&format!("coffer envelope rule {rule} --holder A")).is_ok());
    }
    for role in [
        "it-provider",
        "clerk",
        "chair",
        "councillor",
        "staff",
        "auditor",
    ] {
        let line = format!("coffer person add N --role {role} --initial-passphrase-file F");
        assert!(parse(&line).is_ok());
    }
    for kind in ["service", "admin", "social", "personal"] {
        assert!(parse(&format!("coffer collection add N --kind {kind}")).is_ok());
    }
}

#[test]
fn several_values_may_follow_one_option_or_the_option_repeated() {
    let holders = |line| match parse(line).map(|args| args.command) {
        Ok(Command::Envelope(EnvelopeCommand::Rule(rule))) => rule.holders,
        other => panic!("{line}: {other:?}"),
    };
    let repeated = holders("coffer envelope rule any-two --holder A --holder B");
    assert_eq!(repeated, ["A", "B"]);
    assert_eq!(
        holders("coffer envelope rule any-two --holder A B"),
        repeated
    );
}

#[test]
fn no_option_takes_a_secret_and_none_comes_from_the_environment() {
    let secret = [
        "pass", "secret", "key", "totp", "seed", "sheet", "word", "pin", "code",
    ];
    for (path, command) in tree() {
        for arg in command
            .get_arguments()
            .filter(|arg| arg.get_action().takes_values())
        {
            let name = arg.get_long().unwrap_or_default();
            let by_reference = ["-file", "-fd"].iter().any(|end| name.ends_with(end));
            // The pins of a log are public, and in a file; the auditor says the word aloud.
            let is_public = [("coffer log verify", "pins"), ("coffer log sample", "word")]
                .contains(&(path.as_str(), name));
            let is_secret = secret.iter().any(|word| name.contains(word));
            assert!(by_reference || is_public || !is_secret, "{path} --{name}");
        }
    }
    // The parser has been built without its way to read the environment.
    assert!(parse("coffer list").is_ok_and(|args| args.global.vault.is_none()));
}

#[test]
fn a_secret_given_as_an_option_is_neither_taken_nor_repeated() {
    for line in [
        "coffer list --passphrase=hunter2",
        "coffer list --passphrase hunter2",
        "coffer add T --collection N --kind social --password=hunter2",
    ] {
        let Problem { what, hint } = problem(line);
        assert!(what.starts_with("there is no option --pass"));
        assert!(hint.starts_with("secrets are never options"));
        assert!(!format!("{what}{hint}").contains("hunter2"));
    }
    let Problem { what, hint } = problem("coffer rotate E hunter2 --confirm");
    assert!(!format!("{what}{hint}").contains("hunter2"));
}

#[test]
fn what_excludes_each_other_or_must_be_given_is_a_usage_problem() {
    for line in [
        "coffer add T --collection N --kind admin",
        "coffer add T --collection N --kind admin --generate words:4 --password-stdin",
        "coffer rotate E",
        "coffer rotate E --confirm --abort",
        "coffer rotate E --generate words:4 --confirm",
        "coffer get E --pending --version 1",
        "coffer envelope rule any-two",
        "coffer envelope rule --holder A",
        "coffer envelope sheet A",
        "coffer envelope rule officer+councillors --holder A --councillors 0",
        "coffer person add N --role chair",
        "coffer init --person P",
        "coffer collection grant N P",
        "coffer --passphrase-file F --passphrase-fd 3 list",
        "coffer --passphrase-file F list --passphrase-fd 3",
        "coffer get E --version -1",
        "coffer log",
    ] {
        let Problem { what, hint } = problem(line);
        assert!(!what.is_empty() && !hint.is_empty());
    }
}

/// A command line, what is wrong with it, and what to do.
const PROBLEMS: [(&str, &str, &str); 12] = [
    (
        "coffer log",
        "no command was given",
        "coffer log --help lists the commands",
    ),
    (
        "coffer lsit",
        "there is no command 'lsit'",
        "did you mean list?",
    ),
    (
        "coffer list --vualt V",
        "there is no option --vualt here",
        "did you mean --vault?",
    ),
    (
        "coffer list --vault",
        "--vault <FILE> needs a value",
        "coffer list --help shows an example",
    ),
    (
        "coffer show A B",
        "there is one word too many",
        "put a name of several words in quotes; coffer show --help shows how",
    ),
    (
        "coffer show",
        "missing: <ENTRY>",
        "coffer show --help shows an example",
    ),
    (
        "coffer init",
        "missing: --council <NAME>, --person <NAME>",
        "coffer init --help shows an example",
    ),
    (
        "coffer rotate E",
        "missing: --generate <RECIPE> or --password-stdin or --confirm or --abort",
        "coffer rotate --help shows an example",
    ),
    (
        "coffer get E --version x",
        "'x' does not suit --version <N>",
        "coffer get --help shows an example",
    ),
    (
        "coffer list --json --json",
        "--json was given twice",
        "coffer list --help shows an example",
    ),
    (
        "coffer collection add N --kind bank",
        "'bank' does not suit --kind <KIND>",
        "use one of service, admin, social, personal",
    ),
    (
        "coffer rotate E --confirm --abort",
        "--confirm cannot be used together with --abort",
        "coffer rotate --help shows an example",
    ),
];

#[test]
fn a_bare_program_names_the_one_command_for_an_emergency_as_it_was_called() {
    for (called, named) in [
        ("coffer", "coffer envelope open"),
        (
            "./linux-x86_64/coffer",
            "./linux-x86_64/coffer envelope open",
        ),
        ("/media/my stick/coffer", "coffer envelope open"),
        ("/tmp/$(touch x)/coffer", "coffer envelope open"),
    ] {
        match Args::from_command_line([called]) {
            Err(NotRun::Bare(page)) => {
                assert!(page.lines().any(|line| line.trim() == named), "{page}");
                assert!(page.starts_with("no command was given\n"));
            }
            _ => panic!("{called} was understood"),
        }
    }
    let opens = Args::from_command_line(["coffer", "open", "--list"]).expect("a word");
    assert!(matches!(opens.command, Command::Open(open) if open.list));
}

#[test]
fn problems_are_worded_as_what_happened_and_what_to_do() {
    for (line, what, hint) in PROBLEMS {
        let expected = Problem {
            what: what.into(),
            hint: hint.into(),
        };
        assert_eq!(problem(line), expected);
    }
}

#[cfg(unix)]
#[test]
fn a_word_that_is_no_text_is_a_usage_problem() {
    use std::os::unix::ffi::OsStringExt;

    let words = [
        "coffer".into(),
        "show".into(),
        OsString::from_vec(vec![0xff]),
    ];
    assert!(matches!(
        Args::from_command_line(words),
        Err(NotRun::Usage(_))
    ));
}

#[test]
fn every_help_page_says_its_purpose_in_one_line_and_then_gives_an_example() {
    for (path, command) in tree() {
        for flag in ["--help", "-h"] {
            let page = help(&format!("{path} {flag}"));
            let lines: Vec<_> = page.lines().take(4).collect();
            let [purpose, "", "Example:", example] = lines[..] else {
                panic!("{path}: {lines:?}");
            };
            assert!(!purpose.is_empty() && purpose.len() <= 80, "{path}");
            assert!(!purpose.ends_with('.'), "{path}");
            let own = format!("  {path}");
            assert!(
                command.has_subcommands() || example.starts_with(&own),
                "{path}"
            );
            assert!(!page.contains('\u{1b}'), "{path}");
        }
    }
}

#[test]
fn every_example_parses() {
    let mut examples = 0;
    for (path, command) in tree() {
        let before = command.get_before_help().expect("an example").to_string();
        let lines = before.replace("\\\n", " ");
        for line in lines.lines().filter(|line| line.starts_with("  coffer")) {
            let quoted = line
                .split('"')
                .zip(0..)
                .flat_map(|(part, at)| match at % 2 {
                    0 => part
                        .split_whitespace()
                        .map(str::to_owned)
                        .collect::<Vec<_>>(),
                    _ => vec![part.to_owned()],
                });
            assert!(Args::from_command_line(quoted).is_ok(), "{path}: {line}");
            examples += 1;
        }
    }
    assert!(examples >= tree().len());
}

#[test]
fn every_argument_is_explained() {
    for (path, command) in tree() {
        for arg in command.get_arguments() {
            assert!(arg.get_help().is_some(), "{path} {}", arg.get_id());
        }
    }
}

#[test]
fn the_first_help_page_lists_the_exit_statuses_and_the_version_is_told() {
    assert!(help("coffer --help").contains("\n  13  a check found something"));
    let version = help("coffer --version");
    assert_eq!(
        version.trim_end(),
        format!("coffer {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn the_tree_of_commands_is_sound() {
    Args::described().debug_assert();
}
