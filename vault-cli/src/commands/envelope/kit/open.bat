@echo off
rem Opens the emergency envelope with the program and the vault file that lie beside this script.
cd /d "%~dp0"
if not exist windows-x86_64\coffer.exe goto missing
windows-x86_64\coffer.exe --vault coffer.vault envelope open %*
pause
exit /b
:missing
echo There is no program for this computer here: it would be windows-x86_64\coffer.exe.
echo Try another computer, or read "Other computers" in README.txt.
pause
exit /b 1
