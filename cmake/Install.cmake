# `cmake --install build/release --prefix /usr`. The programs stand side by side, because `dragoman` finds the others
# in its own folder, and out of the way of other commands called router; the one word for them all is in bin/.
include(GNUInstallDirs)
install(TARGETS dragoman router sip-frontend xmpp-frontend
        RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR}/dragoman COMPONENT programs)
file(RELATIVE_PATH dragoman_from_bin ${CMAKE_INSTALL_FULL_BINDIR}
     ${CMAKE_INSTALL_FULL_LIBEXECDIR}/dragoman/dragoman)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/installed)
file(CREATE_LINK ${dragoman_from_bin} ${CMAKE_BINARY_DIR}/installed/dragoman SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/installed/dragoman TYPE BIN COMPONENT programs)

# For machines without containers: an image leaves these out (--component programs).
set(dragoman_systemd ${PROJECT_SOURCE_DIR}/deploy/systemd)
install(DIRECTORY ${dragoman_systemd}/ DESTINATION lib/systemd/system COMPONENT systemd
        FILES_MATCHING PATTERN "*.service" PATTERN "*.target")
install(FILES ${PROJECT_SOURCE_DIR}/docs/operations.md ${PROJECT_SOURCE_DIR}/docs/configuration.md
              ${PROJECT_SOURCE_DIR}/docs/mapping.md
        DESTINATION share/doc/dragoman COMPONENT documentation)
foreach(kind sysusers tmpfiles)
  install(FILES ${dragoman_systemd}/${kind}.conf DESTINATION lib/${kind}.d RENAME dragoman.conf
          COMPONENT systemd)
endforeach()
