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
foreach(kind sysusers tmpfiles)
  install(FILES ${dragoman_systemd}/${kind}.conf DESTINATION lib/${kind}.d RENAME dragoman.conf
          COMPONENT systemd)
endforeach()

# The manual and what it links to, in the folders that they have here.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION share/doc/dragoman COMPONENT documentation
        FILES_MATCHING PATTERN "*.md")
foreach(page CHANGELOG.md proto/config.proto proto/admin.proto presence-store/README.md bench/README.md)
  cmake_path(GET page PARENT_PATH folder)
  install(FILES ${PROJECT_SOURCE_DIR}/${page} DESTINATION share/doc/dragoman/${folder} COMPONENT documentation)
endforeach()
