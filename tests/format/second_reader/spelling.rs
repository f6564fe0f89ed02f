//! The one spelling of a record by docs/format.md, section 7: which members, in which order, how.

use serde_json::Value;

/// The members of an object, in their order; those that are not listed are not written.
type Members = &'static [&'static str];

const RECORD: Members = &[
    "v",
    "seq",
    "prev",
    "time",
    "event",
    "step",
    "outcome",
    "actor",
    "role",
    "subject",
    "object",
    "version",
    "permission",
    "under",
    "session",
    "facts",
    "rows",
    "sealed",
    "detail_key",
    "details",
];

fn members_of(fact: &str) -> Members {
    match fact {
        "vault" => &["vault", "slug", "council"],
        "policy" => &[
            "preset",
            "failed_unlocks",
            "pause_minutes",
            "witnesses",
            "drill_days",
            "words_months",
            "long_words_months",
            "kdf",
        ],
        "unrecorded" => &["cut_off", "paused"],
        "drill" => &["epoch", "keys"],
        "person" => &["person", "role", "standing", "recipient", "verify_key"],
        "collection" => &["collection", "kind", "in_scope"],
        "generation" => &[
            "collection",
            "generation",
            "commitment",
            "catalogue",
            "deposit",
        ],
        "membership" => &["collection", "person", "permission"],
        "entry" => &["entry", "collection", "state"],
        "rule" => &["rule", "holders", "councillors"],
        "sheet" => &[
            "serial",
            "holder",
            "recipient",
            "verify_key",
            "identifier",
            "read_back",
        ],
        "opener" => &["tag", "person", "witnesses"],
        "use" => &["class", "tag"],
        "incident" => &["kind"],
        "rollback" => &["size", "last"],
        "verified" => &["size", "since", "depth"],
        "witness" => &["vkey", "standing"],
        "cosignature" => &["size", "root", "line"],
        "fork" => &["from", "proof", "to"],
        "forget" => &["ordinary", "long"],
        "forgotten" => &[
            "ordinary",
            "ordinary_before",
            "long",
            "long_before",
            "records",
        ],
        "seal" => &["epoch", "rule", "scheme", "recipient", "verify_key"],
        _ => &[],
    }
}

/// The line of a record, without its signature.
pub(crate) fn record(record: &Value) -> String {
    object(RECORD, record, &|name, value| match name {
        "facts" => list(value, &fact),
        _ => plain(value),
    })
}

fn fact(fact: &Value) -> String {
    let members = fact.as_object().into_iter().flatten();
    let said = members.map(|(kind, value)| match (kind.as_str(), value) {
        (
            "confirmed" | "done" | "look" | "merge" | "hold" | "copy" | "copied" | "credential",
            bare,
        ) => {
            format!("{{\"{kind}\":{}}}", plain(bare))
        }
        // Only a membership says that there is none.
        ("membership", value) if value["permission"].is_null() => format!(
            "{{\"membership\":{{\"collection\":{},\"person\":{},\"permission\":null}}}}",
            plain(&value["collection"]),
            plain(&value["person"])
        ),
        (kind, value) => {
            let body = object(members_of(kind), value, &|name, value| match name {
                "scheme" => scheme(value),
                "kdf" => object(&["memory_kib", "passes", "lanes"], value, &|_, v| plain(v)),
                "from" | "to" => object(&["size", "last"], value, &|_, v| plain(v)),
                _ => plain(value),
            });
            format!("{{\"{kind}\":{body}}}")
        }
    });
    said.collect()
}

fn scheme(value: &Value) -> String {
    let group = |group: &Value| object(&["threshold", "shares"], group, &|_, v| plain(v));
    object(&["threshold", "groups"], value, &|name, value| match name {
        "groups" => list(value, &group),
        _ => plain(value),
    })
}

fn object(members: Members, value: &Value, said: &dyn Fn(&str, &Value) -> String) -> String {
    let empty = |value: &Value| {
        let array = value.as_array().is_some_and(Vec::is_empty);
        array || value.as_object().is_some_and(serde_json::Map::is_empty)
    };
    let present = members.iter().filter_map(|name| {
        let member = value.get(name).filter(|v| !v.is_null() && !empty(v))?;
        Some(format!("\"{name}\":{}", said(name, member)))
    });
    format!("{{{}}}", present.collect::<Vec<_>>().join(","))
}

fn list(value: &Value, said: &dyn Fn(&Value) -> String) -> String {
    let elements = value.as_array().into_iter().flatten().map(said);
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

/// Anything whose members, if it has any, stand in ascending order.
fn plain(value: &Value) -> String {
    value.to_string()
}
