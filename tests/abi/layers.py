"""Which modules of lib/ each may know, as lib/README.md has it."""
BELOW = {
    "base": set(),
    "wire": {"base"},
    "json": {"base"},
    "schema": {"base", "wire"},
    "intake": {"base", "wire", "schema"},
    "proto": {"base", "json"},
    "topology": {"base", "wire", "json", "key", "proto"},
    "otlp": {"base", "wire", "schema"},
    "ottl": {"base", "wire", "json", "otlp"},
    "key": {"base", "otlp", "ottl"},
    "encode": {"base", "wire", "json", "schema", "otlp", "ottl"},
    "transport": {"base", "wire", "json", "key"},
    "exporter": {"base", "wire", "json", "schema", "intake", "otlp", "ottl", "key", "encode", "topology", "transport"},
    "api": {"base", "wire", "json", "schema", "intake", "otlp", "ottl", "key", "encode", "topology", "transport", "exporter"},
}
