#[test]
fn generate() {
    for s in crate::networks::SAMPLES {
        let t = fireside_formats::export::burn_network(&s.checked());
        std::fs::write(
            format!(
                "{}/tests/formats/exported/{}.rs",
                env!("CARGO_MANIFEST_DIR"),
                s.name
            ),
            t,
        )
        .unwrap();
    }
}
