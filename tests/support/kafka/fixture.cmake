# One plain Kafka broker for all the tests that need one, and one with TLS, SASL and access control for those about security:
# each is started before the first of its tests, and stopped after the last.
#
#   stskafka_add_kafka_fixture()          once, in the folder that holds the tests
#   stskafka_needs_kafka(TEST...)         for each test after its add_test
#   stskafka_needs_secure_kafka(TEST...)  the same, for the other broker
#
# Such a test finds the broker's addresses in the file that STSKAFKA_KAFKA_BOOTSTRAP names; bootstrap.h and bootstrap.py
# read it. The broker's port and folder are this build tree's own, so two trees can be tested side by side.
#
# The secure broker has the users alice, who may do everything, and bob and carol, who may do nothing until a test allows it; its
# listener SSL wants a client certificate, which may do everything too; its listener SASL_PLAINTEXT does not take SCRAM-SHA-512.
# Who comes to the plain listener administers it.

set(STSKAFKA_KAFKA_CLUSTER "${CMAKE_CURRENT_LIST_DIR}/kafka-cluster")

# A fixture NAME: its broker lives in the build tree's folder NAME. Further arguments go to kafka-cluster's start.
function(stskafka_add_broker name)
  set(cluster "${Python3_EXECUTABLE}" "${STSKAFKA_KAFKA_CLUSTER}" --work "${PROJECT_BINARY_DIR}/${name}")
  # --replace: an aborted run never reached the stop.
  add_test(NAME ${name}.start COMMAND ${cluster} start 1 --replace ${ARGN})
  add_test(NAME ${name}.stop COMMAND ${cluster} stop)
  set_tests_properties(${name}.start PROPERTIES FIXTURES_SETUP ${name} TIMEOUT 120)
  set_tests_properties(${name}.stop PROPERTIES FIXTURES_CLEANUP ${name} TIMEOUT 60)
endfunction()

function(stskafka_add_kafka_fixture)
  stskafka_add_broker(kafka)
  stskafka_add_broker(secure_kafka --tls --sasl --user alice:alice-secret --user bob:bob-secret --user carol:carol-secret
    --set listener.name.ssl.ssl.client.auth=required
    --set listener.name.sasl_plaintext.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,OAUTHBEARER
    --set authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
    --set "super.users=User:ANONYMOUS\\;User:alice\\;User:CN=client")
endfunction()

function(stskafka_needs_broker name)
  foreach(test IN LISTS ARGN)
    set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED ${name})
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT
      "STSKAFKA_KAFKA_BOOTSTRAP=${PROJECT_BINARY_DIR}/${name}/bootstrap")
  endforeach()
endfunction()

function(stskafka_needs_kafka)
  stskafka_needs_broker(kafka ${ARGN})
endfunction()

function(stskafka_needs_secure_kafka)
  stskafka_needs_broker(secure_kafka ${ARGN})
endfunction()
