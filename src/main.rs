fn main() -> std::process::ExitCode {
    anchorite::main()
}
