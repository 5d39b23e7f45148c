# Installed: the shared library, the public headers, and what find_package(convgrad) and pkg-config need; relocatable.
include(CMakePackageConfigHelpers)
install(TARGETS convgrad EXPORT convgrad-targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/convgrad DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT convgrad-targets NAMESPACE convgrad:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/convgrad
        FILE convgrad-config.cmake)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/convgrad-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/convgrad-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/convgrad)
file(RELATIVE_PATH CONVGRAD_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/convgrad.pc.in ${PROJECT_BINARY_DIR}/convgrad.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/convgrad.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
