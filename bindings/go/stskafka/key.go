// SPDX-License-Identifier: Apache-2.0

package stskafka

// #include <stdlib.h>
// #include "bridge.h"
import "C"

import "unsafe"

// Partition is the one among `partitions` that a profile gives a key: the same that an exporter with `partitioner` set to that profile
// uses. A nil key is null; an empty one is not. It is -1 where the profile picks at random, as it does for a null key.
func Partition(profile string, key []byte, partitions int32) (int32, error) {
	if err := checkText("the profile", profile); err != nil {
		return -1, err
	}
	name := C.CString(profile)
	defer C.free(unsafe.Pointer(name))
	partition := C.int32_t(-1)
	status := C.sts_partition(name, view(key), C.size_t(len(key)), C.int32_t(partitions), &partition)
	return int32(partition), fault(status, nil)
}

// view is a pointer to bytes for C: NULL for a nil slice alone, as an empty one is a value.
func view(bytes []byte) unsafe.Pointer {
	if bytes == nil {
		return nil
	}
	if len(bytes) == 0 {
		return unsafe.Pointer(&empty)
	}
	return unsafe.Pointer(&bytes[0])
}

var empty byte

// PartitionProfiles are the names of the profiles: "java", "sarama", "librdkafka".
func PartitionProfiles() []string {
	var names []string
	for i := C.size_t(0); ; i++ {
		name := C.sts_partition_profile_name(i)
		if name == nil {
			return names
		}
		names = append(names, C.GoString(name))
	}
}
