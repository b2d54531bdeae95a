// SPDX-License-Identifier: Apache-2.0

// Makes tests/golden/resource_hash_names_twice.jsonl: resources with names that stand several times, and the hash that the
// collector has for them since v0.163. From this folder:
//
//	go run . >../../../golden/resource_hash_names_twice.jsonl
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"log"
	"math/rand"
	"os"
	"slices"
	"strconv"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/xpdata/xhash"
)

// A resource whose attributes are called by these numbers, in this order; the value is the attribute's place.
type row struct {
	Name  string `json:"name"`
	Names []int  `json:"names"`
	Hash  string `json:"new_hex"`
}

func field(number byte, payload []byte) []byte {
	out := []byte{number<<3 | 2}
	size := len(payload)
	for ; size > 127; size >>= 7 {
		out = append(out, byte(size)|128)
	}
	return append(append(out, byte(size)), payload...)
}

// pdata's own Put would replace the value of a name that is there: so the bytes are read.
func hash(names []int) [16]byte {
	var resource []byte
	for place, name := range names {
		value := []byte{3 << 3}
		for ; place > 127; place >>= 7 {
			value = append(value, byte(place)|128)
		}
		value = append(value, byte(place))
		pair := append(field(1, []byte(strconv.Itoa(name))), field(2, value)...)
		resource = append(resource, field(1, pair)...)
	}
	logs, err := (&plog.ProtoUnmarshaler{}).UnmarshalLogs(field(1, field(1, resource)))
	if err != nil {
		log.Fatal(err)
	}
	return xhash.MapHash(logs.ResourceLogs().At(0).Resource().Attributes())
}

// A bad order of that many names for Go's sort, which ends it as a heap sort: McIlroy's adversary ("A Killer Adversary for
// Quicksort") decides only when it is asked, here by chance where it is free to, or the sort would think all is in order.
func killer(count int, random *rand.Rand) []int {
	const gas = 1 << 30
	values := make([]int, count)
	order := make([]int, count)
	for i := range values {
		values[i], order[i] = gas, i
	}
	solid, candidate := 0, 0
	slices.SortFunc(order, func(x, y int) int {
		if values[x] == gas && values[y] == gas {
			frozen := y
			if x == candidate || y != candidate && random.Intn(2) == 0 {
				frozen = x
			}
			values[frozen], solid = solid, solid+1
		}
		if values[x] == gas {
			candidate = x
		} else if values[y] == gas {
			candidate = y
		}
		return values[x] - values[y]
	})
	for i := range values {
		values[i] = 10000 + min(values[i], count)
	}
	return values
}

func main() {
	random := rand.New(rand.NewSource(163))
	shapes := []struct {
		name string
		make func(i, count, names int) int
	}{
		{"random", func(_, _, names int) int { return random.Intn(names) }},
		{"ascending", func(i, count, names int) int { return 10000 + i*names/count }},
		{"descending", func(i, count, names int) int { return 20000 - i*names/count }},
		{"up and down", func(i, count, names int) int { return 10000 + min(i, count-i)*names/count }},
		{"nearly ascending", func(i, count, names int) int {
			if random.Intn(20) == 0 {
				i = random.Intn(count)
			}
			return 10000 + i*names/count
		}},
		{"nearly descending", func(i, count, names int) int {
			if random.Intn(20) == 0 {
				i = random.Intn(count)
			}
			return 20000 - i*names/count
		}},
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	write := func(name string, names []int) {
		digest := hash(names)
		line, _ := json.Marshal(row{name, names, hex.EncodeToString(digest[:])})
		out.Write(append(line, '\n'))
	}
	for _, count := range []int{2, 11, 12, 13, 14, 20, 25, 38, 49, 50, 51, 64, 100, 129, 300} {
		for _, shape := range shapes {
			for _, names := range []int{1, 2, count/3 + 1, count - 1} {
				list := make([]int, count)
				for i := range list {
					list[i] = shape.make(i, count, names)
				}
				write(shape.name, list)
			}
		}
	}
	for _, count := range []int{200, 300, 700} {
		list := killer(count, random)
		write("worst", list)
		for i := range list { // the last two of each ten are called alike
			if list[i]%10 == 9 {
				list[i]--
			}
		}
		write("worst", list)
	}
}
