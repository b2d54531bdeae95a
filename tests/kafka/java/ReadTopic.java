import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic from start to end with Kafka's own consumer and prints one JSON object a record, in order within each
 * partition:
 *
 *   java -cp 'build/kafka/libs/*' tests/kafka/java/ReadTopic.java BOOTSTRAP TOPIC
 *
 * Keys, values and header values are lower-case hex, or null. "java_partition" is the partition that Kafka's own Java
 * producer would choose for the key, null where there is no key. Fails when 30 seconds pass without any progress.
 */
public class ReadTopic {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false, "UTF-8");
        System.setOut(System.err); // where Kafka's client logs to: standard output is for records alone
        Map<String, Object> config = Map.of("bootstrap.servers", args[0], "allow.auto.create.topics", false);
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(config, bytes, bytes)) {
            var partitions = new ArrayList<TopicPartition>();
            for (var info : consumer.partitionsFor(args[1])) {
                partitions.add(new TopicPartition(info.topic(), info.partition()));
            }
            if (partitions.isEmpty()) {
                throw new IllegalArgumentException("no topic " + args[1]);
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            read(consumer, out);
        }
        out.flush();
    }

    private static void read(KafkaConsumer<byte[], byte[]> consumer, PrintStream out) throws Exception {
        var ends = consumer.endOffsets(consumer.assignment());
        long position = -1;
        long progressed = System.nanoTime();
        while (true) {
            // Positions, not the last records, say where the end is: markers and compaction leave gaps.
            long left = 0;
            long sum = 0;
            for (var end : ends.entrySet()) {
                long at = consumer.position(end.getKey());
                left += Math.max(0, end.getValue() - at);
                sum += at;
            }
            if (left == 0) {
                return;
            }
            if (sum > position) {
                position = sum;
                progressed = System.nanoTime();
            } else if (System.nanoTime() - progressed > PATIENCE_NANOS) {
                throw new IllegalStateException("no progress, with " + left + " offsets left to read");
            }
            for (var record : consumer.poll(Duration.ofMillis(500))) {
                out.println(JSON.writeValueAsString(describe(record, ends.size())));
            }
        }
    }

    private static Map<String, Object> describe(ConsumerRecord<byte[], byte[]> record, int count) {
        var headers = new ArrayList<List<String>>();
        for (var header : record.headers()) {
            headers.add(Arrays.asList(header.key(), hex(header.value())));
        }
        var line = new LinkedHashMap<String, Object>();
        line.put("partition", record.partition());
        line.put("offset", record.offset());
        line.put("timestamp", record.timestamp());
        line.put("key", hex(record.key()));
        line.put("value", hex(record.value()));
        line.put("headers", headers);
        line.put("java_partition",
                 record.key() == null ? null : BuiltInPartitioner.partitionForKey(record.key(), count));
        return line;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
