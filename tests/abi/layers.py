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
    "signal": {"base", "wire", "schema", "otlp"},
    "ottl": {"base", "wire", "json", "schema", "otlp", "signal"},
    "key": {"base", "otlp", "signal", "ottl"},
    "encode": {"base", "wire", "json", "schema", "otlp", "signal", "ottl"},
    "queue": {"base"},
    "transport": {"base", "wire", "json", "key"},
    "exporter": {"base", "wire", "json", "schema", "intake", "otlp", "signal", "ottl", "key", "encode", "topology", "queue", "transport"},
    "api": {"base", "wire", "json", "schema", "intake", "otlp", "signal", "ottl", "key", "encode", "topology", "queue", "transport", "exporter"},
}
