module libstskafka/stskafka

go 1.24.0
