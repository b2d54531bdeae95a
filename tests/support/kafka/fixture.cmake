# One plain Kafka broker for all the tests that need one: started before the first, stopped after the last.
#
#   stskafka_add_kafka_fixture()      once, in the folder that holds the tests
#   stskafka_needs_kafka(TEST...)     for each test after its add_test
#
# Such a test finds the broker's addresses in the file that STSKAFKA_KAFKA_BOOTSTRAP names; bootstrap.h and bootstrap.py
# read it. The broker's port and folder are this build tree's own, so two trees can be tested side by side.

set(STSKAFKA_KAFKA_CLUSTER "${CMAKE_CURRENT_LIST_DIR}/kafka-cluster")
set(STSKAFKA_KAFKA_WORK "${PROJECT_BINARY_DIR}/kafka")

function(stskafka_add_kafka_fixture)
  set(cluster "${STSKAFKA_KAFKA_CLUSTER}" --work "${STSKAFKA_KAFKA_WORK}")
  # --replace: an aborted run never reached kafka.stop.
  add_test(NAME kafka.start COMMAND ${cluster} start 1 --replace)
  add_test(NAME kafka.stop COMMAND ${cluster} stop)
  set_tests_properties(kafka.start PROPERTIES FIXTURES_SETUP kafka TIMEOUT 120)
  set_tests_properties(kafka.stop PROPERTIES FIXTURES_CLEANUP kafka TIMEOUT 60)
endfunction()

function(stskafka_needs_kafka)
  foreach(test IN LISTS ARGN)
    set_property(TEST ${test} APPEND PROPERTY FIXTURES_REQUIRED kafka)
    set_property(TEST ${test} APPEND PROPERTY ENVIRONMENT "STSKAFKA_KAFKA_BOOTSTRAP=${STSKAFKA_KAFKA_WORK}/bootstrap")
  endforeach()
endfunction()
