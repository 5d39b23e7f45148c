# Runs an example and compares what it printed, line for line; 002's steps ("step 0 loss …") are the training test's business.
execute_process(COMMAND ${PROGRAM} 0 OUTPUT_VARIABLE got RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${status}")
endif()
file(READ ${EXPECTED} want)
if(NOT got STREQUAL want)
  message(FATAL_ERROR "${PROGRAM} printed:\n${got}\nexpected:\n${want}")
endif()
