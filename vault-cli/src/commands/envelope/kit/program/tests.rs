use super::*;

/// A file of zeros with these bytes at these places.
fn file(parts: &[(usize, &[u8])]) -> Vec<u8> {
    let mut file = vec![0; 512];
    for (at, bytes) in parts {
        file[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    file
}

const fn kind(system: System, machine: Machine, needs: Needs) -> Kind {
    Kind {
        system,
        machine,
        needs,
    }
}

const ELF: (usize, &[u8]) = (0, b"\x7fELF\x02\x01\x01");

#[test]
fn programs_are_told_by_their_beginnings_and_not_by_their_names() {
    let windows = |machine: &[u8; 2]| {
        let parts = [
            (0, &b"MZ"[..]),
            (0x3c, &[0x80]),
            (0x80, b"PE\0\0"),
            (0x84, machine),
        ];
        Kind::of(&file(&parts))
    };
    let plain = Needs::Nothing;
    assert_eq!(
        windows(b"\x64\x86"),
        Some(kind(System::Windows, Machine::X86, plain))
    );
    assert_eq!(
        windows(b"\x64\xaa"),
        Some(kind(System::Windows, Machine::Arm, plain))
    );
    assert_eq!(windows(b"\x4c\x01"), None, "of 32 bits");
    let linux = |machine: u8| Kind::of(&file(&[ELF, (16, &[3]), (18, &[machine])]));
    assert_eq!(linux(62), Some(kind(System::Linux, Machine::X86, plain)));
    assert_eq!(linux(183), Some(kind(System::Linux, Machine::Arm, plain)));
    assert_eq!(linux(3), None, "of 32 bits");
    let mac = |machine: u8| {
        let parts = [
            (0, &b"\xcf\xfa\xed\xfe"[..]),
            (4, &[machine, 0, 0, 1]),
            (12, &[2]),
        ];
        Kind::of(&file(&parts))
    };
    assert_eq!(mac(7), Some(kind(System::MacOs, Machine::X86, plain)));
    assert_eq!(mac(12), Some(kind(System::MacOs, Machine::Arm, plain)));
    let both = [
        (0, &b"\xca\xfe\xba\xbe"[..]),
        (7, &[2]),
        (8, &[1, 0, 0, 7]),
        (28, &[1, 0, 0, 12]),
    ];
    assert_eq!(
        Kind::of(&file(&both)),
        Some(kind(System::MacOs, Machine::Both, plain))
    );
}

#[test]
fn what_is_no_program_is_none_however_it_ends() {
    let java = [(0, &b"\xca\xfe\xba\xbe"[..]), (4, &[0, 0, 0, 61])];
    let library = [
        (0, &b"MZ"[..]),
        (0x3c, &[0x80]),
        (0x80, b"PE\0\0"),
        (0x84, b"\x64\x86"),
        (0x96, &[0, 0x20]),
    ];
    let unix = [
        (0, &b"\x7fELF\x02\x01\x01\x09"[..]),
        (16, &[3]),
        (18, &[62]),
    ];
    for parts in [&java[..], &library, &unix, &[(0, &b"#!/bin/sh"[..])], &[]] {
        assert_eq!(Kind::of(&file(parts)), None);
    }
    let whole = file(&[ELF, (16, &[3]), (18, &[62]), (54, &[56]), (56, &[255, 255])]);
    for length in 0..whole.len() {
        assert!(Kind::of(&whole[..length]).is_none_or(|kind| kind.system == System::Linux));
    }
}

#[test]
fn a_program_for_linux_says_what_it_needs() {
    let with = |loader: &'static [u8]| {
        let parts = [
            ELF,
            (16, &[3][..]),
            (18, &[62]),
            (32, &[64]),
            (54, &[56]),
            (56, &[1]),
            (64, &[3]),
            (72, &[200]),
            (200, loader),
            (300, b"GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.17\0"),
        ];
        Kind::of(&file(&parts)).map(|kind| kind.needs)
    };
    assert_eq!(
        with(b"/lib64/ld-linux-x86-64.so.2\0"),
        Some(Needs::Glibc(34))
    );
    assert_eq!(
        with(b"/lib/ld-musl-x86_64.so.1\0"),
        Some(Needs::OtherLibrary)
    );
}

#[test]
fn coffer_is_told_from_other_programs_and_by_its_version() {
    let own = env!("CARGO_PKG_VERSION");
    assert_eq!(version(MADE_BY.as_bytes()), Some(own));
    assert_eq!(
        version(b"This kit was made by coffer \0..This kit was made by coffer 9.8.7."),
        Some("9.8.7")
    );
    assert_eq!(version(b"This kit was made by hand"), None);
    assert_eq!(find(b"aaab", b"aab"), Some(1));
    assert_eq!(find(b"abc", b"abcd"), None);
}
