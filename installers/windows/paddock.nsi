; Makes dist\paddock-setup.exe from dist\paddock (python dev.py package). Compile with: makensis installers\windows\paddock.nsi
; Installs for this user only, so that no administrator is needed.
Unicode true
!define ROOT "..\.."
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Paddock"

Name "Paddock"
OutFile "${ROOT}\dist\paddock-setup.exe"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Paddock"
SetCompressor /SOLID lzma
LicenseData "${ROOT}\LICENSE"

Page license
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles

Section "Paddock"
  RMDir /r "$INSTDIR\_internal" ; libraries of an older version must not stay beside the new ones
  SetOutPath "$INSTDIR"
  File /r "${ROOT}\dist\paddock\*"
  CreateShortcut "$SMPROGRAMS\Paddock.lnk" "$INSTDIR\paddock-window.exe"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Paddock"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
SectionEnd

; The person's chats and models lie elsewhere and stay.
Section "Uninstall"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\paddock.exe"
  Delete "$INSTDIR\paddock-window.exe"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Paddock.lnk"
  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
